"""The pages: numbers, words and charts put into the templates."""
