using System.CommandLine;
using FastCore.Cli.Terminal;
using FastCore.Server;
using FastCore.Server.Access;

namespace FastCore.Cli.Keys;

/// <summary><c>fastcore keys</c>: makes access keys and looks after key files.</summary>
internal static class KeysCommands
{
    /// <summary>The command with all below it.</summary>
    public static Command All(CliConsole console)
    {
        Command keys = new("keys", "Make access keys, and look after the file that a server takes with --keys.");
        keys.Subcommands.Add(new NewKeyCommand(console));
        keys.Subcommands.Add(new HashKeyCommand(console));
        keys.Subcommands.Add(new ListKeysCommand(console));
        keys.Subcommands.Add(new RemoveKeyCommand(console));
        return keys;
    }

    /// <summary>The keys of a file; what goes wrong is said with the right exit code.</summary>
    public static List<AccessKeyOptions> Read(string path) => AtFile(path, () => AccessKeyFile.Read(path).ToList());

    /// <summary>Replaces the keys of a file.</summary>
    public static void Write(string path, IReadOnlyCollection<AccessKeyOptions> keys) => AtFile(path, () =>
    {
        AccessKeyFile.Write(path, keys);
        return true;
    });

    private static T AtFile<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (FormatException e)
        {
            throw new CliException(ExitCode.File, "key_file_invalid", e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "file_not_usable", $"Cannot use '{path}': {e.Message}", e);
        }
    }
}
