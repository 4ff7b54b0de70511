namespace FastCore.Fraud.Models;

/// <summary>Where a checked tree lies among the model's nodes.</summary>
/// <param name="Root">Position of its root; all its nodes follow, level by level.</param>
/// <param name="NodeCount">How many there are; pruned ones are not among them.</param>
/// <param name="LeafCount">How many of them are leaves.</param>
/// <param name="Depth">Decisions on the longest way to a leaf.</param>
internal readonly record struct Tree(int Root, int NodeCount, int LeafCount, int Depth);
