using FastCore.Storage.Disk;
using FastCore.Testing;

namespace FastCore.Torture;

/// <summary>
/// Acts out a machine without a battery: what the process was not promised to be stable lies in its memory and is gone
/// when it is killed. Bytes reach the real files with a flush or a durable write, changes of a directory with its sync;
/// some reach them earlier, at random, because a real system writes back when it likes. So a killed process leaves what
/// a power cut could have left.
/// </summary>
/// <remarks>
/// New files lie in <c>ROOT.unsynced</c> until their directory is synced. Only renames inside a directory are known,
/// and none that let two files swap their names.
/// </remarks>
public sealed class PowerLossDisk : IDisk
{
    private const int EarlyOneIn = 4;

    private readonly Lock _gate = new();
    private readonly FileDisk _disk;
    private readonly string _root;
    private readonly string _limbo;
    private readonly SeededRandom _random;

    // What the process sees: null for a name that is gone. Names that were never asked for are as on the real disk.
    private readonly Dictionary<string, PowerLossFile?> _names = new(StringComparer.Ordinal);

    // What a power cut leaves: files that are in their real place under this name.
    private readonly Dictionary<string, PowerLossFile> _stable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _applying = new(StringComparer.Ordinal);
    private int _limboFiles;

    /// <summary>Makes a disk over a directory, which need not exist yet; what an earlier one had not synced is dropped.
    /// </summary>
    public PowerLossDisk(string root, ulong seed)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _disk = new FileDisk(_root);
        _limbo = LimboOf(_root);
        _random = new SeededRandom(seed);
        if (Directory.Exists(_limbo))
        {
            Directory.Delete(_limbo, recursive: true);
        }

        Directory.CreateDirectory(_limbo);
    }

    /// <summary>Where new files of a root lie until their directory is synced.</summary>
    public static string LimboOf(string root) => root + ".unsynced";

    /// <inheritdoc/>
    public IDiskFile Open(string path, DiskFileMode mode, DiskFileKind kind)
    {
        lock (_gate)
        {
            PowerLossFile? file = Find(path);
            if (file is null)
            {
                if (mode is DiskFileMode.Read or DiskFileMode.Write)
                {
                    throw new FileNotFoundException($"{path} does not exist", path);
                }

                string real = Path.Combine(_limbo, $"{_limboFiles++}-{path.Replace('/', '-')}");
                File.Create(real).Dispose();
                file = new PowerLossFile(real, path, _random.Next());
                _names[path] = file;
                ApplyEarly(path);
            }
            else if (mode == DiskFileMode.Create)
            {
                file.Empty();
            }

            return file.Open(kind);
        }
    }

    /// <inheritdoc/>
    public bool FileExists(string path)
    {
        lock (_gate)
        {
            return Find(path) is not null;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory)
    {
        lock (_gate)
        {
            string prefix = directory.Length == 0 ? "" : directory + "/";
            return
            [
                .. _disk.ListFiles(directory)
                    .Where(name => Find(prefix + name) is not null)
                    .Union(_names.Where(entry => entry.Value is not null && DirectoryOf(entry.Key) == directory)
                        .Select(entry => entry.Key[prefix.Length..]))
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory) => _disk.ListDirectories(directory);

    /// <inheritdoc/>
    public void CreateDirectory(string directory) => _disk.CreateDirectory(directory);

    /// <inheritdoc/>
    public void Rename(string source, string target)
    {
        lock (_gate)
        {
            PowerLossFile file = Find(source) ?? throw new FileNotFoundException($"{source} does not exist", source);
            if (DirectoryOf(source) != DirectoryOf(target))
            {
                throw new NotSupportedException($"{source} cannot move to another directory.");
            }

            Unname(target);
            _names[source] = null;
            _names[target] = file;
            file.Name = target;
            ApplyEarly(target);
        }
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        lock (_gate)
        {
            Unname(path);
            _names[path] = null;
            ApplyEarly(path);
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string directory)
    {
        lock (_gate)
        {
            foreach (string path in _names.Keys.Where(path => DirectoryOf(path) == directory).ToArray())
            {
                Apply(path);
            }
        }

        _disk.SyncDirectory(directory);
    }

    /// <inheritdoc/>
    public IDisposable Lock(string path, bool readOnly) => _disk.Lock(path, readOnly);

    private static string DirectoryOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    private PowerLossFile? Find(string path)
    {
        if (!_names.TryGetValue(path, out PowerLossFile? file))
        {
            string full = Full(path);
            if (!File.Exists(full))
            {
                return null;
            }

            file = new PowerLossFile(full, path, _random.Next()) { StableName = path };
            _names[path] = file;
            _stable[path] = file;
        }

        return file;
    }

    private void Unname(string path)
    {
        if (Find(path) is { } file)
        {
            file.Name = null;
            if (file.StableName is null)
            {
                File.Delete(file.RealPath);
            }
        }
    }

    private void ApplyEarly(string path)
    {
        if (_random.OneIn(EarlyOneIn))
        {
            Apply(path);
        }
    }

    // Makes what the process sees under a name real.
    private void Apply(string path)
    {
        if (!_applying.Add(path))
        {
            throw new NotSupportedException($"{path} swaps its name with another file.");
        }

        if (_stable.TryGetValue(path, out PowerLossFile? there) && there.Name is string renamed && renamed != path)
        {
            Apply(renamed);
        }

        _applying.Remove(path);
        PowerLossFile? file = _names[path];
        there = _stable.GetValueOrDefault(path);
        if (ReferenceEquals(file, there))
        {
            return;
        }

        if (there is not null)
        {
            there.StableName = null;
            _stable.Remove(path);
        }

        if (file is null)
        {
            File.Delete(Full(path));
            return;
        }

        File.Move(file.RealPath, Full(path), overwrite: true);
        if (file.StableName is string before)
        {
            _stable.Remove(before);
        }

        file.RealPath = Full(path);
        file.StableName = path;
        _stable[path] = file;
    }

    private string Full(string path) => Path.Combine(_root, path);
}
