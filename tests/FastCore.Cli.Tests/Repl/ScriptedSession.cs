using FastCore.Protocol;

namespace FastCore.Cli.Tests.Repl;

/// <summary>A session that answers what a test told it to, and keeps what was sent.</summary>
internal sealed class ScriptedSession(params Func<Operation, ReadOnlyMemory<byte>, Memory<byte>, Reply>[] answers)
    : IFastCoreSession
{
    private int _next;

    /// <summary>Operations in the order in which they came.</summary>
    public List<Operation> Sent { get; } = [];

    /// <inheritdoc/>
    public ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
    {
        Sent.Add(operation);
        return ValueTask.FromResult(answers[_next++](operation, body, reply));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
