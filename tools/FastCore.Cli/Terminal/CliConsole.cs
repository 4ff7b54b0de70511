namespace FastCore.Cli.Terminal;

/// <summary>The streams a command talks to, given from outside so that a test can capture them.</summary>
/// <param name="In">Where the session reads its lines.</param>
/// <param name="Out">Results.</param>
/// <param name="Error">Progress, notes and errors.</param>
/// <param name="IsInputTerminal">Someone is typing: show a prompt.</param>
/// <param name="IsErrorTerminal">Someone is watching: show progress.</param>
/// <param name="OutBytes">Results that are bytes and no text.</param>
/// <param name="IsProcess">The process has nothing else to do than this command, which may begin it anew.</param>
internal sealed record CliConsole(
    TextReader In,
    TextWriter Out,
    TextWriter Error,
    bool IsInputTerminal = false,
    bool IsErrorTerminal = false,
    Stream? OutBytes = null,
    bool IsProcess = false)
{
    /// <summary>The console of the process.</summary>
    public static CliConsole OfProcess() =>
        new(
            Console.In,
            Console.Out,
            Console.Error,
            !Console.IsInputRedirected,
            !Console.IsErrorRedirected,
            Console.OpenStandardOutput(),
            IsProcess: true);
}
