using FastCore.Cli.Terminal;
using FastCore.Fraud.Rules;

namespace FastCore.Cli.Fraud;

/// <summary>Reads files of operators; what goes wrong is said with the right exit code.</summary>
internal static class OperatorFiles
{
    /// <summary>A rule file, or all files named *.rules of a directory.</summary>
    public static RuleFile[] ReadRules(string path)
    {
        try
        {
            string[] paths = Directory.Exists(path)
                ? [.. Directory.EnumerateFiles(path, "*.rules").Take(RuleLimits.FilesMax + 1)]
                : [path];
            return paths.Length > 0
                ? [.. paths.Select(file => new RuleFile(file, ReadFile(file, RuleLimits.BytesMax)))]
                : throw new CliException(ExitCode.File, "no_rules", $"There is no file *.rules in '{path}'.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>A file; of a longer one a byte more than allowed, which is enough to be refused.</summary>
    public static byte[] ReadFile(string path, int sizeMax)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[(file.CanSeek ? Math.Min(file.Length, sizeMax) : sizeMax) + 1];
            int size = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return bytes[..size];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private static CliException Unreadable(string path, Exception e) =>
        new(ExitCode.File, "file_not_readable", $"Cannot read '{path}': {e.Message}", e);
}
