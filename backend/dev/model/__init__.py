"""A model that speaks OpenAI's wire from a script."""
