// Command clientele tells a firm which clients carry it and which cost it.
package main

func main() {}
