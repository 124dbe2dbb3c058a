package app

// KeepCosts is the second half of ChangeCosts, so that a test can stand between the halves.
var KeepCosts = (*Workspace).keepCosts
