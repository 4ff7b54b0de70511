using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>
/// Which policy decides, and which did before. Their hashes are state; what they mean is looked up by the hash.
/// </summary>
internal sealed class PolicyInForce(IPolicySource source, RuleLists lists) : IStatePart
{
    // 1: the newest only. 2: a count and rows.
    private const uint LayoutVersion = 2;

    private readonly List<PastPolicy> _past = [];
    private byte[] _marked = [];
    private PolicyEvaluator? _evaluator;

    /// <inheritdoc/>
    public string Name => "fraud-policy";

    /// <inheritdoc/>
    uint IStatePart.Version => LayoutVersion;

    /// <summary>The operator's version; 0 = none is in force.</summary>
    public ulong PolicyVersion => Newest.Version;

    /// <summary>Since when.</summary>
    public ulong Timestamp => Newest.Timestamp;

    /// <summary>Those that were put in force, the newest last.</summary>
    public IReadOnlyList<PastPolicy> Past => _past;

    private PastPolicy Newest => _past.Count == 0 ? default : _past[^1];

    /// <summary>Judges by it; null when none is in force.</summary>
    public PolicyEvaluator? Evaluator => _evaluator ?? Open();

    /// <summary>Whether it is this one.</summary>
    public bool Is(in PolicyHash hash)
    {
        PolicyHash newest = Newest.Hash;
        return ((ReadOnlySpan<byte>)newest).SequenceEqual(hash);
    }

    /// <summary>Whether the lists of a policy are there for the same keys, or there is room for them.</summary>
    public bool CanOpen(in PolicyHash hash)
    {
        int isNew = 0;
        foreach (RuleListDescription list in source.Get(hash).Rules.Lists)
        {
            int opened = lists.Find(list.Name);
            if (opened >= 0 && lists.Lists[opened].Key != list.Key)
            {
                return false;
            }

            isNew += opened < 0 ? 1 : 0;
        }

        return lists.Lists.Count + isNew <= RuleLimits.OpenListsMax;
    }

    /// <summary>Puts a policy in force.</summary>
    public void Set(in PolicyHash hash, ulong version, ulong timestamp)
    {
        _past.Add(new PastPolicy { Hash = hash, Version = version, Timestamp = timestamp });
        if (_past.Count > PastPolicy.RememberedMax)
        {
            _past.RemoveAt(0);
        }

        // Opens the lists that the policy names, so that they are numbered in the order of the journal.
        _evaluator = null;
        _ = Open();
    }

    /// <inheritdoc/>
    public void BeginCheckpoint()
    {
        _marked = new byte[sizeof(ulong) + (_past.Count * PastPolicy.Size)];
        MemoryMarshal.Write(_marked, (ulong)_past.Count);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_past)).CopyTo(_marked.AsSpan(sizeof(ulong)));
    }

    /// <inheritdoc/>
    public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
    {
        // 48 KiB at most: one slice, whatever its size.
        writer.Write(_marked);
        _marked = [];
        return true;
    }

    /// <inheritdoc/>
    public void AbandonCheckpoint() => _marked = [];

    /// <inheritdoc/>
    public void Recover(ISnapshotReader reader, uint version)
    {
        if (version != LayoutVersion)
        {
            throw new CorruptStorageException(Name, 0, 0, $"version {version} is not known here, only {LayoutVersion}");
        }

        ulong count = 0;
        reader.Read(MemoryMarshal.AsBytes(new Span<ulong>(ref count)));
        if (count > PastPolicy.RememberedMax)
        {
            throw new CorruptStorageException(Name, 0, 0, $"{count} policies are more than are remembered");
        }

        PastPolicy[] past = new PastPolicy[count];
        reader.Read(MemoryMarshal.AsBytes(past.AsSpan()));
        _past.Clear();
        _past.AddRange(past);
        _evaluator = null;
    }

    // Not at once when a checkpoint is read: the lists may be recovered after this part.
    private PolicyEvaluator? Open()
    {
        if (_past.Count > 0)
        {
            PolicyHash hash = _past[^1].Hash;
            _evaluator = new PolicyEvaluator(source.Get(hash), lists);
        }

        return _evaluator;
    }
}
