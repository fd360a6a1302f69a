"""What the law means: conditions, and the tables and promises made of them, evaluated. Knows no case and no file."""
