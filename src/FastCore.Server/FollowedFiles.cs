using System.Security.Cryptography;

namespace FastCore.Server;

/// <summary>
/// Files of the operator that are put to use again when they change. They are read every so often and compared by their
/// bytes, which sees every way to replace a file (editors, renames, links of a secret store) and needs no signal. Files
/// that cannot be used change nothing and are reported.
/// </summary>
internal sealed class FollowedFiles : IDisposable
{
    private readonly Func<byte[][]> _read;
    private readonly Func<byte[][], string?> _use;
    private readonly Action<string> _report;
    private readonly ITimer _poll;
    private byte[][] _files;
    private string _lastProblem = "";
    private int _isPolling;
    private long _reloads;
    private long _failures;

    /// <summary>Puts the files to use, and follows them.</summary>
    /// <param name="read">Reads them.</param>
    /// <param name="use">Puts them to use, or says why they cannot be used.</param>
    /// <param name="report">Is told of each new problem.</param>
    /// <param name="pollMs">Milliseconds between two looks.</param>
    /// <param name="time">Source of time.</param>
    /// <exception cref="InvalidOperationException">They cannot be used.</exception>
    public FollowedFiles(
        Func<byte[][]> read, Func<byte[][], string?> use, Action<string> report, int pollMs, TimeProvider time)
    {
        _read = read;
        _use = use;
        _report = report;
        _files = read();
        if (use(_files) is string problem)
        {
            throw new InvalidOperationException(problem);
        }

        TimeSpan period = TimeSpan.FromMilliseconds(pollMs);
        _poll = time.CreateTimer(static state => ((FollowedFiles)state!).Poll(), this, period, period);
    }

    /// <summary>How often changed files took the place of others.</summary>
    public long Reloads => Volatile.Read(ref _reloads);

    /// <summary>How often files that had changed could not be used.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Whether what was thrown says that an operator's file cannot be read or used.</summary>
    public static bool IsUnusable(Exception error) => error
        is IOException or UnauthorizedAccessException or FormatException or CryptographicException;

    /// <inheritdoc/>
    public void Dispose() => _poll.Dispose();

    private void Poll()
    {
        if (Interlocked.Exchange(ref _isPolling, 1) != 0)
        {
            return;
        }

        try
        {
            Look();
        }
        catch (Exception error) when (IsUnusable(error))
        {
            Report(error.Message);
        }
        finally
        {
            Volatile.Write(ref _isPolling, 0);
        }
    }

    private void Look()
    {
        byte[][] files = _read();
        if (files.Zip(_files).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)))
        {
            _lastProblem = "";
        }
        else if (_use(files) is string problem)
        {
            Report(problem);
        }
        else
        {
            _files = files;
            _lastProblem = "";
            Interlocked.Increment(ref _reloads);
        }
    }

    // Once per problem, not once per look.
    private void Report(string problem)
    {
        if (problem != _lastProblem)
        {
            _lastProblem = problem;
            Interlocked.Increment(ref _failures);
            _report(problem);
        }
    }
}
