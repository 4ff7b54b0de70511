namespace FastCore.Cli.Tests.Terminal;

/// <summary>Tells when the command has said everything it says before it waits.</summary>
internal sealed class SignallingWriter : StringWriter
{
    private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Flushed => _flushed.Task;

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        _flushed.TrySetResult();
        return Task.CompletedTask;
    }
}
