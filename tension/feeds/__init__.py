"""How feeds are, from the record of attempts at them: what each usually brings, and what it suffers from. Pure."""
