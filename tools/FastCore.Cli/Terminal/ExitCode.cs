namespace FastCore.Cli.Terminal;

/// <summary>
/// What the process says to its caller. The only place where exit codes are defined; <c>--help</c> prints them.
/// </summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done and every check held.</summary>
    public const int Ok = 0;

    /// <summary>
    /// The command ran and a check failed: books do not balance, a benchmark did not verify, an answer was wrong.
    /// </summary>
    public const int CheckFailed = 1;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 2;

    /// <summary>The data directory is missing, locked, of an unknown version, or corrupt.</summary>
    public const int DataDirectory = 3;

    /// <summary>The server cannot be reached, refused the credentials, or the connection was lost.</summary>
    public const int Connection = 4;

    /// <summary>An input or output file cannot be used.</summary>
    public const int File = 5;

    /// <summary>The engine refused to go on: overloaded for good, disk full, partition stopped.</summary>
    public const int Refused = 6;

    /// <summary>An error nobody foresaw; please report it.</summary>
    public const int Internal = 70;

    /// <summary>Ended by Ctrl-C or SIGTERM before it was done.</summary>
    public const int Interrupted = 130;

    /// <summary>All codes with their meaning, for the help text.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Ok, "done, every check held"),
        (CheckFailed, "done, but a check failed (books, verification, expected answers)"),
        (Usage, "the command line was not understood"),
        (DataDirectory, "data directory missing, locked, of an unknown version, or corrupt"),
        (Connection, "server not reachable, credentials refused, or connection lost"),
        (File, "an input or output file cannot be used"),
        (Refused, "the engine refused to go on (overloaded, disk full, partition stopped)"),
        (Internal, "unexpected error"),
        (Interrupted, "ended by Ctrl-C or SIGTERM before it was done"),
    ];
}
