namespace FastCore.Bench.Load;

/// <summary>The run cannot go on: what it needs cannot be opened or asked.</summary>
public sealed class LoadException(string message) : Exception(message);
