using FastCore.Cli.Wire;

namespace FastCore.Cli.Repl;

/// <summary>A line as a request.</summary>
/// <param name="Operation">What to do.</param>
/// <param name="Body">Prefix and elements as wire bytes.</param>
/// <param name="ReplySize">Bytes of results at most.</param>
internal sealed record ReplRequest(WireOperation Operation, byte[] Body, int ReplySize);
