using System.Collections.Concurrent;
using System.Security.Cryptography;

using FastCore.Engine.Ports;
using FastCore.Fraud.Features;
using FastCore.Fraud.Models;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Scoring;
using FastCore.Storage.Disk;

namespace FastCore.Node.Fraud;

/// <summary>
/// The files of policies, named by the SHA-256 of their content: <c>fraud/</c> in the data directory, or memory. A
/// command that brings a policy only carries its hash, so what it names must be here, whole and stable, before the
/// command is journaled, and stays: a replay asks for it again. May be called from any thread; reads and writes disk.
/// </summary>
/// <remarks>All access goes through the node's <see cref="IDisk"/>: the simulator owns these files too.</remarks>
public sealed class PolicyStore : IPolicySource
{
    private const string Folder = "fraud";
    private const string NewSuffix = ".new";

    private readonly IDisk? _disk;
    private readonly FeatureSet _features;
    private readonly Lock _writing = new();
    private readonly ConcurrentDictionary<string, byte[]> _memory = new();
    private readonly ConcurrentDictionary<string, FraudPolicy> _loaded = new();

    /// <summary>Opens the store, and deletes what an interrupted writer left.</summary>
    /// <param name="disk">The data directory, open for changes; null keeps all in memory.</param>
    /// <param name="features">What policies may read.</param>
    /// <param name="isReadOnly">Change nothing, not even what an interrupted writer left.</param>
    public PolicyStore(IDisk? disk, FeatureSet features, bool isReadOnly = false)
    {
        _disk = disk;
        _features = features;
        foreach (string name in disk?.ListFiles(Folder) ?? [])
        {
            if (!isReadOnly && name.EndsWith(NewSuffix, StringComparison.Ordinal))
            {
                disk!.Delete(PathOf(name));
            }
        }
    }

    /// <summary>What policies may read.</summary>
    public FeatureSet Features => _features;

    /// <summary>Stores content; it is stable when this returns. What is there already is not written again.</summary>
    /// <returns>Its SHA-256.</returns>
    /// <exception cref="DiskFullException">There is no space; nothing was stored.</exception>
    public byte[] Add(ReadOnlySpan<byte> content)
    {
        byte[] hash = SHA256.HashData(content);
        string name = Convert.ToHexStringLower(hash);
        if (_disk is null)
        {
            _memory.TryAdd(name, content.ToArray());
            return hash;
        }

        lock (_writing)
        {
            _disk.CreateDirectory(Folder);

            // A damaged file is written anew: this is how it is mended.
            if (!IsIntact(name))
            {
                using (IDiskFile file = _disk.Open(
                    PathOf(name + NewSuffix), DiskFileMode.Create, DiskFileKind.Small))
                {
                    file.Write(0, content);
                    file.Flush();
                }

                _disk.Rename(PathOf(name + NewSuffix), PathOf(name));
            }

            // Also when it was there: who renamed it may have ended before this.
            _disk.SyncDirectory(Folder);
        }

        return hash;
    }

    /// <summary>Reads content and checks that it is what was stored.</summary>
    /// <returns>False when there is none with this hash.</returns>
    /// <exception cref="CorruptStorageException">It is damaged; names the file, which is named by the hash.</exception>
    public bool TryGet(ReadOnlySpan<byte> hash, out byte[] content)
    {
        string name = Convert.ToHexStringLower(hash);
        if (TryRead(name) is not byte[] read)
        {
            content = [];
            return false;
        }

        content = read;
        string found = Convert.ToHexStringLower(SHA256.HashData(content));
        return found == name
            ? true
            : throw new CorruptStorageException(
                PathOf(name), 0, 0, $"the content has the SHA-256 {found}, not {name}; import the policy again");
    }

    /// <summary>Reads content that must be there.</summary>
    /// <exception cref="CorruptStorageException">It is missing or damaged; names file and hash.</exception>
    public byte[] Get(ReadOnlySpan<byte> hash)
    {
        if (TryGet(hash, out byte[] content))
        {
            return content;
        }

        string name = Convert.ToHexStringLower(hash);
        throw new CorruptStorageException(
            PathOf(name), 0, 0, $"the file with the SHA-256 {name} is missing; import the policy again");
    }

    /// <summary>Reads an operator's policy file, checks all that it names, and stores it.</summary>
    /// <param name="path">The policy file; what it names lies in its folder.</param>
    /// <exception cref="PolicyRefusedException">There are mistakes; nothing was stored.</exception>
    /// <exception cref="IOException">
    /// A file cannot be read, or a link in the folder leads out of it: who may write a policy may not read by it.
    /// </exception>
    public FraudPolicy Import(string path)
    {
        PolicyFolder folder = new(Path.GetDirectoryName(Path.GetFullPath(path))!);
        byte[] document = PolicyFolder.Read(path, PolicyLimits.FileBytesMax) ?? throw new FileNotFoundException(
            $"The policy file {path} is not there.", path);
        return Import(document, name => folder.ReadInside(name, ModelLimits.FileSizeMax));
    }

    /// <summary>Checks an operator's policy and all that it names, and stores it.</summary>
    /// <param name="document">The policy file.</param>
    /// <param name="file">Gives the content of a file that the policy names, see <see cref="FraudPolicy"/>.</param>
    /// <exception cref="PolicyRefusedException">There are mistakes; nothing was stored.</exception>
    public FraudPolicy Import(ReadOnlySpan<byte> document, Func<string, byte[]?> file)
    {
        Dictionary<string, byte[]> read = [];
        IReadOnlyList<PolicyMistake> mistakes =
            FraudPolicy.TryParse(document, _features, Note, out FraudPolicy? policy);
        if (policy is null)
        {
            throw new PolicyRefusedException(mistakes);
        }

        foreach (byte[] content in read.Values)
        {
            Add(content);
        }

        // Last, so that what is stored as a policy has all that it names.
        Add(policy.Canonical);
        return _loaded.GetOrAdd(Convert.ToHexStringLower(policy.Hash), policy);

        byte[]? Note(string name)
        {
            byte[]? content = file(name);
            if (content is not null)
            {
                read[name] = content;
            }

            return content;
        }
    }

    /// <summary>The policy of a hash, proved again when this process has not seen it yet.</summary>
    /// <exception cref="CorruptStorageException">A file is missing or damaged; names file and hash.</exception>
    /// <exception cref="PolicyRefusedException">
    /// Stored whole, but this process would not decide as the one that stored it: other features, other margins.
    /// </exception>
    public FraudPolicy Load(ReadOnlySpan<byte> hash)
    {
        string name = Convert.ToHexStringLower(hash);
        if (_loaded.TryGetValue(name, out FraudPolicy? loaded))
        {
            return loaded;
        }

        IReadOnlyList<PolicyMistake> mistakes = FraudPolicy.TryLoad(
            Get(hash), _features, file => Get(Convert.FromHexString(file)), out FraudPolicy? policy);

        // Two threads may both have read it; all get the same one.
        return policy is null ? throw new PolicyRefusedException(mistakes) : _loaded.GetOrAdd(name, policy);
    }

    FraudPolicy IPolicySource.Get(ReadOnlySpan<byte> hash) => Load(hash);

    private static string PathOf(string name) => $"{Folder}/{name}";

    private bool IsIntact(string name)
    {
        try
        {
            return TryRead(name) is byte[] there && Convert.ToHexStringLower(SHA256.HashData(there)) == name;
        }
        catch (IOException)
        {
            // What cannot be read is as good as damaged; whether it can be written is seen next.
            return false;
        }
    }

    private byte[]? TryRead(string name)
    {
        if (_disk is null)
        {
            return _memory.GetValueOrDefault(name);
        }

        if (!_disk.FileExists(PathOf(name)))
        {
            return null;
        }

        using IDiskFile file = _disk.Open(PathOf(name), DiskFileMode.Read, DiskFileKind.Small);
        byte[] content = new byte[Math.Min(file.Length, ModelLimits.FileSizeMax)];
        int length = file.Read(0, content);
        return length == content.Length ? content : content[..length];
    }
}
