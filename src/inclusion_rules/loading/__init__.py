"""From files to linked law: located trees, documents, linking. Every problem of every file is told at once."""
