using System.Collections.Concurrent;
using FastCore.Server.Limiting;
using Microsoft.Extensions.Logging;

namespace FastCore.Server.Access;

/// <summary>The keys as they are now. With a key file they follow the file.</summary>
internal sealed class AccessControl : IDisposable
{
    private readonly ServerOptions _options;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<uint, KeyUsage> _usages = new();
    private readonly FollowedFiles? _file;
    private volatile AccessTable? _current;
    private int _keysNotWanted;

    /// <summary>Reads the keys.</summary>
    /// <exception cref="InvalidOperationException">They changed since the options were checked.</exception>
    public AccessControl(ServerOptions options, TimeProvider time, ILogger log)
    {
        _options = options;
        _log = log;
        if (options.KeyFile is not null)
        {
            _file = new FollowedFiles(
                () => [AccessKeyFile.ReadBytes(options.KeyFile)],
                files => Use(files[0]),
                problem => ServerLog.KeysNotRead(log, problem),
                options.KeyFilePollMs,
                time);
        }
        else if (Use([]) is string problem)
        {
            throw new InvalidOperationException(problem);
        }
    }

    /// <summary>The keys.</summary>
    public AccessTable Current => _current!;

    /// <summary>How often changed keys took the place of others.</summary>
    public long Reloads => _file?.Reloads ?? 0;

    /// <summary>How often a key file that had changed could not be used.</summary>
    public long ReloadFailures => _file?.Failures ?? 0;

    /// <summary>What is wrong with the keys of these options.</summary>
    public static void Check(ServerOptions options, ICollection<string> problems)
    {
        try
        {
            byte[] bytes = options.KeyFile is null ? [] : AccessKeyFile.ReadBytes(options.KeyFile);
            _ = ReadTable(options, bytes, problems);
        }
        catch (Exception error) when (FollowedFiles.IsUnusable(error))
        {
            problems.Add($"KeyFile: {error.Message}");
        }
    }

    /// <summary>Whether a key that was shown to a server without keys is the first one; true once.</summary>
    public bool IsFirstKeyNotWanted() => Interlocked.Exchange(ref _keysNotWanted, 1) == 0;

    /// <summary>
    /// What a client uses of its limits; shared by all its keys and connections, and kept when keys change.
    /// </summary>
    public KeyUsage UsageOf(AccessEntry entry) => _usages.GetOrAdd(entry.Grant.Principal, _ => new KeyUsage());

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static AccessTable? ReadTable(ServerOptions options, byte[] bytes, ICollection<string> problems)
    {
        IReadOnlyList<AccessKeyOptions> file =
            options.KeyFile is null ? [] : AccessKeyFile.Parse(bytes, options.KeyFile);
        return AccessTable.Read(options.Keys, file, options.IsOpen, problems);
    }

    private string? Use(byte[] file)
    {
        List<string> problems = [];
        if (ReadTable(_options, file, problems) is not { } table)
        {
            return string.Join(' ', problems);
        }

        AccessTable? earlier = _current;
        _current = table;
        if (earlier is not null)
        {
            int removed = earlier.Entries.Count(entry => table.Compare(entry) == AccessChange.Removed);
            ServerLog.KeysRead(_log, table.Entries.Count, removed);
        }

        return null;
    }
}
