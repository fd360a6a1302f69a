"""The same conditions decided a second time by somebody else's engine, durable-rules, kept where it can do no harm."""
