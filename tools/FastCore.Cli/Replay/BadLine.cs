namespace FastCore.Cli.Replay;

/// <summary>A line that is no transaction.</summary>
/// <param name="Line">Its number; the header is line 1.</param>
/// <param name="Reason">What is wrong with it.</param>
/// <param name="Excerpt">How it begins.</param>
internal sealed record BadLine(long Line, string Reason, string Excerpt);
