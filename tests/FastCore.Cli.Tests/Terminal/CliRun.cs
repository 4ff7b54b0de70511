using System.Text.Json;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Tests.Terminal;

/// <summary>One run of a command line inside the test process, with everything it wrote.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    /// <summary>Runs a command line; every argument is its own word.</summary>
    public static Task<CliRun> RunAsync(params string[] arguments) => WithInputAsync("", arguments);

    /// <summary>Runs a command line that reads lines from its input.</summary>
    public static async Task<CliRun> WithInputAsync(string input, params string[] arguments)
    {
        StringWriter output = new();
        StringWriter error = new();
        using MemoryStream bytes = new();
        CliConsole console = new(new StringReader(input), output, error, OutBytes: bytes);
        int exitCode = await CliApplication.RunAsync(arguments, console);
        return new CliRun(exitCode, output.ToString(), error.ToString()) { Bytes = bytes.ToArray() };
    }

    /// <summary>What was written to standard output as bytes.</summary>
    public required byte[] Bytes { get; init; }

    /// <summary>What was written to standard output as one JSON document; fails when it is anything else.</summary>
    public JsonElement Document => JsonDocument.Parse(Out).RootElement;

    /// <summary>What was written to standard output as one JSON document a line.</summary>
    public IReadOnlyList<JsonElement> Lines =>
        [.. Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(
            line => JsonDocument.Parse(line).RootElement)];
}
