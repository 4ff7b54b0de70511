using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Fraud;

/// <summary>Runs <c>tools/train_fraud.py</c>, which travels inside the program.</summary>
internal static class TrainingScript
{
    // What the script ends with.
    private const int WithoutXgboost = 3;

    /// <summary>Runs it; what goes wrong is said with the right exit code.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellation">Ends the process.</param>
    /// <returns>What it wrote: one JSON document.</returns>
    public static async Task<JsonObject> RunAsync(
        string python, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fastcore-train-");
        try
        {
            string script = Path.Combine(folder.FullName, "train_fraud.py");
            await using (Stream source = typeof(TrainingScript).Assembly.GetManifestResourceStream("train_fraud.py")!)
            await using (FileStream target = File.Create(script))
            {
                await source.CopyToAsync(target, cancellation);
            }

            return await RunAsync(python, [script, .. arguments], Path.GetFileName(script), cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<JsonObject> RunAsync(
        string python, string[] arguments, string name, CancellationToken cancellation)
    {
        int exitCode;
        string output;
        string error;
        try
        {
            (exitCode, output, error) =
                await ChildProcess.RunAsync(new ProcessStartInfo(python, arguments), cancellation);
        }
        catch (Win32Exception e)
        {
            throw new CliException(
                ExitCode.File,
                "python_missing",
                $"Cannot start '{python}': {e.Message}. Install Python with XGBoost ('apt install " +
                "python3-xgboost' on Debian and Ubuntu), or name another with --python.",
                e);
        }

        string said = error.Trim();
        return exitCode switch
        {
            0 => JsonNode.Parse(output)!.AsObject(),
            WithoutXgboost => throw new CliException(ExitCode.File, "xgboost_missing", said),
            _ => throw new CliException(
                ExitCode.File, "training_failed", said.Length == 0 ? $"{name} ended with {exitCode}." : said),
        };
    }
}
