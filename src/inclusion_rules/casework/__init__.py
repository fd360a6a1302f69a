"""From a recorded case to a decision: exclusions and totals, facts, findings over time, the ledger, the stage."""
