using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Node.Verification;
using FastCore.Storage;

namespace FastCore.Cli.Fraud;

/// <summary>Opens the data directory of a node that scores; what goes wrong is said with the right exit code.</summary>
internal static class FraudDirectoryDoor
{
    /// <summary>Does something with a directory.</summary>
    /// <param name="path">The directory; no process may have it open.</param>
    /// <param name="work">What is done.</param>
    public static T With<T>(string path, Func<FraudDirectory, T> work)
    {
        if (!Directory.Exists(path))
        {
            throw new CliException(
                ExitCode.DataDirectory, "data_directory_missing", $"There is no directory '{path}'.");
        }

        try
        {
            using FraudDirectory directory = FraudDirectory.TryOpen(path) ?? throw new CliException(
                ExitCode.DataDirectory,
                "no_fraud_scoring",
                $"The node of '{path}' scores nothing: it was made without a fraud policy.");
            return work(directory);
        }
        catch (DataDirectoryException e)
        {
            throw EngineDoor.OfDirectory(e);
        }
    }
}
