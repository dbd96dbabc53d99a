"""Door 2: time. What must happen even if a process dies, and what happens again and again."""
