using System.Collections.Concurrent;
using FastCore.Server.Limiting;
using Microsoft.Extensions.Logging;

namespace FastCore.Server.Access;

/// <summary>
/// The keys as they are now. With a key file they follow the file: it is read every <see
/// cref="ServerOptions.KeyFilePollMs"/> and compared by its bytes, which sees every way to replace a file (editors,
/// renames, links of a secret store) and needs no signal. A file that cannot be used changes nothing and is reported.
/// </summary>
internal sealed class AccessControl : IDisposable
{
    private readonly ServerOptions _options;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<uint, KeyUsage> _usages = new();
    private readonly ITimer? _poll;
    private byte[] _bytes = [];
    private string _lastProblem = "";
    private int _isPolling;
    private long _reloads;
    private long _reloadFailures;
    private volatile AccessTable _current;

    /// <summary>Reads the keys.</summary>
    /// <exception cref="InvalidOperationException">They changed since the options were checked.</exception>
    public AccessControl(ServerOptions options, TimeProvider time, ILogger log)
    {
        _options = options;
        _log = log;
        _bytes = options.KeyFile is null ? [] : AccessKeyFile.ReadBytes(options.KeyFile);
        List<string> problems = [];
        _current = ReadTable(options, _bytes, problems)
            ?? throw new InvalidOperationException(string.Join(' ', problems));
        if (options.KeyFile is not null)
        {
            TimeSpan period = TimeSpan.FromMilliseconds(options.KeyFilePollMs);
            _poll = time.CreateTimer(static state => ((AccessControl)state!).Poll(), this, period, period);
        }
    }

    /// <summary>The keys.</summary>
    public AccessTable Current => _current;

    /// <summary>How often changed keys took the place of others.</summary>
    public long Reloads => Volatile.Read(ref _reloads);

    /// <summary>How often a key file that had changed could not be used.</summary>
    public long ReloadFailures => Volatile.Read(ref _reloadFailures);

    /// <summary>What is wrong with the keys of these options.</summary>
    public static void Check(ServerOptions options, ICollection<string> problems)
    {
        try
        {
            byte[] bytes = options.KeyFile is null ? [] : AccessKeyFile.ReadBytes(options.KeyFile);
            _ = ReadTable(options, bytes, problems);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            problems.Add($"KeyFile: {error.Message}");
        }
    }

    /// <summary>
    /// What a client uses of its limits; shared by all its keys and connections, and kept when keys change.
    /// </summary>
    public KeyUsage UsageOf(AccessEntry entry) => _usages.GetOrAdd(entry.Grant.Principal, _ => new KeyUsage());

    /// <inheritdoc/>
    public void Dispose() => _poll?.Dispose();

    private static AccessTable? ReadTable(ServerOptions options, byte[] bytes, ICollection<string> problems)
    {
        IReadOnlyList<AccessKeyOptions> file =
            options.KeyFile is null ? [] : AccessKeyFile.Parse(bytes, options.KeyFile);
        return AccessTable.Read(options.Keys, file, options.IsOpen, problems);
    }

    private void Poll()
    {
        if (Interlocked.Exchange(ref _isPolling, 1) != 0)
        {
            return;
        }

        try
        {
            Reload();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            Report(error.Message);
        }
        finally
        {
            Volatile.Write(ref _isPolling, 0);
        }
    }

    private void Reload()
    {
        byte[] bytes = AccessKeyFile.ReadBytes(_options.KeyFile!);
        if (bytes.AsSpan().SequenceEqual(_bytes))
        {
            _lastProblem = "";
            return;
        }

        List<string> problems = [];
        if (ReadTable(_options, bytes, problems) is not { } table)
        {
            Report(string.Join(' ', problems));
            return;
        }

        int removed = _current.Entries.Count(entry => table.Compare(entry) == AccessChange.Removed);
        _bytes = bytes;
        _lastProblem = "";
        _current = table;
        Interlocked.Increment(ref _reloads);
        ServerLog.KeysRead(_log, table.Entries.Count, removed);
    }

    // Once per problem, not once per look.
    private void Report(string problem)
    {
        if (problem != _lastProblem)
        {
            _lastProblem = problem;
            Interlocked.Increment(ref _reloadFailures);
            ServerLog.KeysNotRead(_log, problem);
        }
    }
}
