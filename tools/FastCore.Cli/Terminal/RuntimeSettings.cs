using System.Collections;
using System.Runtime.InteropServices;
using System.Text;

namespace FastCore.Cli.Terminal;

/// <summary>
/// Settings that the runtime reads once, when a process starts, for commands that want others than a server has.
/// </summary>
internal static partial class RuntimeSettings
{
    private const string CommandLinePath = "/proc/self/cmdline";

    /// <summary>
    /// Begins this process anew, with the same arguments, streams and number, if the environment lacks one of the
    /// settings; then it does not return. Otherwise, and where a process cannot do that, nothing happens: settings
    /// change how fast a command is, never what it does.
    /// </summary>
    /// <param name="settings">Variables of the environment; one that has a value keeps it.</param>
    public static void Require(IReadOnlyDictionary<string, string> settings)
    {
        Dictionary<string, string> environment = new(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        if (!OperatingSystem.IsLinux() || Environment.ProcessPath is not { } program
            || !AddMissing(environment, settings))
        {
            return;
        }

        string[] arguments = Split(File.ReadAllBytes(CommandLinePath));
        _ = Execute(
            program,
            [.. arguments, null],
            [.. environment.Select(variable => $"{variable.Key}={variable.Value}"), null]);
    }

    /// <summary>Adds what is missing to an environment; false when nothing is.</summary>
    internal static bool AddMissing(
        Dictionary<string, string> environment, IReadOnlyDictionary<string, string> settings)
    {
        bool isAdded = false;
        foreach ((string name, string value) in settings)
        {
            isAdded |= environment.TryAdd(name, value);
        }

        return isAdded;
    }

    /// <summary>The arguments of a command line as the kernel tells it: a zero ends each.</summary>
    internal static string[] Split(ReadOnlySpan<byte> commandLine) =>
        Encoding.UTF8.GetString(commandLine[..^1]).Split('\0');

    // Returns only when it failed.
    [LibraryImport("libc", EntryPoint = "execve", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments, string?[] environment);
}
