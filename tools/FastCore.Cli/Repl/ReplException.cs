namespace FastCore.Cli.Repl;

/// <summary>A line that was not understood; the session goes on.</summary>
internal sealed class ReplException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="operation">The line's first word.</param>
    /// <param name="code">Short name of the problem.</param>
    /// <param name="message">A sentence for people.</param>
    public ReplException(string operation, string code, string message)
        : base(message)
    {
        Operation = operation;
        Code = code;
    }

    /// <summary>The line's first word.</summary>
    public string Operation { get; }

    /// <summary>Short name of the problem.</summary>
    public string Code { get; }
}
