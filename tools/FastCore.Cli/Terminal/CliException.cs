namespace FastCore.Cli.Terminal;

/// <summary>Ends a command with an exit code and a sentence for the user.</summary>
internal sealed class CliException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
    /// <param name="code">Short name of the problem in snake_case, for programs.</param>
    /// <param name="message">A sentence for people.</param>
    /// <param name="inner">What caused it.</param>
    public CliException(int exitCode, string code, string message, Exception? inner = null)
        : base(message, inner)
    {
        ExitCode = exitCode;
        Code = code;
    }

    /// <summary>Process exit code.</summary>
    public int ExitCode { get; }

    /// <summary>Short name of the problem.</summary>
    public string Code { get; }
}
