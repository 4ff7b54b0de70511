using FastCore.Testing;

namespace FastCore.Simulation.Disks;

// The names of a disk's files, and which of them a power cut leaves: those of the last sync, and of the changes since
// then either the first so many, or any of the creations.
internal sealed class DirectoryChanges
{
    private readonly Dictionary<string, FaultyFile> _stable = new(StringComparer.Ordinal);
    private readonly List<Change> _pending = [];

    public Dictionary<string, FaultyFile> Names { get; } = new(StringComparer.Ordinal);

    public void Create(string path, FaultyFile file) => Apply(new Change(path, null, file));

    public void Rename(string source, string target)
    {
        if (!Names.TryGetValue(source, out FaultyFile? file))
        {
            throw new FileNotFoundException(source);
        }

        Apply(new Change(target, source, file));
    }

    public void Delete(string path) => Apply(new Change(path, null, null));

    public void Put(string path, FaultyFile file)
    {
        Names[path] = file;
        _stable[path] = file;
    }

    public void Sync(string directory)
    {
        string prefix = directory.Length == 0 ? "" : directory + "/";
        foreach (string path in _stable.Keys.Where(path => IsIn(path, prefix)).ToArray())
        {
            _stable.Remove(path);
        }

        foreach ((string path, FaultyFile file) in Names.Where(entry => IsIn(entry.Key, prefix)))
        {
            _stable[path] = file;
        }

        _pending.RemoveAll(change => IsIn(change.Path, prefix));
    }

    public void CutPower(SeededRandom random)
    {
        Change[] pending = [.. _pending];
        _pending.Clear();
        Names.Clear();
        foreach ((string path, FaultyFile file) in _stable)
        {
            Names[path] = file;
        }

        if (random.OneIn(2))
        {
            foreach (Change change in pending.Take(random.Below(pending.Length + 1)))
            {
                Make(change);
            }
        }
        else
        {
            foreach (Change change in pending.Where(change => change.File is not null))
            {
                if (!_stable.ContainsKey(change.Path) && random.OneIn(2))
                {
                    Names[change.Path] = change.File!;
                }
            }
        }

        _stable.Clear();
        foreach ((string path, FaultyFile file) in Names.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            file.CutPower(random);
            _stable[path] = file;
        }
    }

    // The same names over copies of the files.
    public DirectoryChanges Clone()
    {
        Dictionary<FaultyFile, FaultyFile> copies = [];
        FaultyFile CopyOf(FaultyFile file) =>
            copies.TryGetValue(file, out FaultyFile? copy) ? copy : copies[file] = file.Clone();

        DirectoryChanges clone = new();
        foreach ((string path, FaultyFile file) in Names)
        {
            clone.Names[path] = CopyOf(file);
        }

        foreach ((string path, FaultyFile file) in _stable)
        {
            clone._stable[path] = CopyOf(file);
        }

        clone._pending.AddRange(_pending.Select(change =>
            change with { File = change.File is null ? null : CopyOf(change.File) }));
        return clone;
    }

    private static bool IsIn(string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && !path[prefix.Length..].Contains('/');

    private void Apply(Change change)
    {
        _pending.Add(change);
        Make(change);
    }

    private void Make(Change change)
    {
        if (change.File is null)
        {
            Names.Remove(change.Path);
            return;
        }

        if (change.Source is not null)
        {
            Names.Remove(change.Source);
        }

        Names[change.Path] = change.File;
    }

    // A path gets a file, which may have had another name, or loses the one it had.
    private readonly record struct Change(string Path, string? Source, FaultyFile? File);
}
