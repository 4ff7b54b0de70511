using System.Diagnostics;
using FastCore.Testing;

namespace FastCore.Torture;

/// <summary>
/// Kills the real server with SIGKILL under a TCP load, again and again, over one data directory after the other. After
/// each restart everything acknowledged is there with the same answer, what was not acknowledged gets a definite one,
/// and all books are what the requests add up to.
/// </summary>
public sealed class TortureRun(TortureOptions options)
{
    private readonly SeededRandom _random = new(options.Seed);
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    /// <summary>What was done and found so far.</summary>
    public TortureReport Report { get; } = new();

    /// <summary>Called after each kill that was checked, with a line that tells about it.</summary>
    public Action<string> Note { get; init; } = static _ => { };

    /// <summary>True when the limits of the options are reached or something was found.</summary>
    internal bool IsOver =>
        !Report.Findings.AreNone
        || (options.KillsMax is int kills && Report.KillCount >= kills)
        || (options.TimeMax is TimeSpan time && Stopwatch.GetElapsedTime(_startedAt) >= time);

    /// <summary>Runs until a limit is reached or something is found wrong.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (options.KillsMax is null && options.TimeMax is null)
        {
            throw new ArgumentException("A torture needs an end.");
        }

        Directory.CreateDirectory(options.Folder);
        while (!IsOver)
        {
            string place = Path.Combine(options.Folder, $"directory-{++Report.Directories:D3}");
            TortureDirectory directory = new(options, place, _random.Next(), this);
            try
            {
                await directory.RunAsync(cancellation);
            }
            catch (Exception failure) when (failure is InvalidOperationException or TimeoutException or IOException)
            {
                string because = failure.InnerException is { } inner ? $" ({inner.Message})" : "";
                Report.Findings.Check(false, () => $"{failure.GetType().Name}: {failure.Message}{because}");
            }

            if (!Report.Findings.AreNone)
            {
                Report.FailedDirectory = place;
                return;
            }

            Directory.Delete(place, recursive: true);
        }
    }
}
