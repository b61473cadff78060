"""Pictures as SVG, by value type; colours and fonts come from the page's style sheet."""
