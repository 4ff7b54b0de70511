namespace FastCore.Cli.Tests.Soak;

/// <summary>Presses Ctrl-C when the first line is written to it.</summary>
internal sealed class InterruptingWriter(CancellationTokenSource interrupt) : StringWriter
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        interrupt.Cancel();
    }
}
