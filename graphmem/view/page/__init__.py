"""One HTML file that shows a store as a graph, without a server and without a network."""
