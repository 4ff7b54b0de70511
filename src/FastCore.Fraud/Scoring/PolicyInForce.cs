using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>Which policy decides. Its hash is state; what it means is looked up by the hash.</summary>
internal sealed class PolicyInForce(IPolicySource source, RuleLists lists) : IStatePart
{
    private State _state;
    private State _marked;
    private PolicyEvaluator? _evaluator;

    /// <inheritdoc/>
    public string Name => "fraud-policy";

    /// <inheritdoc/>
    uint IStatePart.Version => 1;

    /// <summary>The operator's version; 0 = none is in force.</summary>
    public ulong PolicyVersion => _state.Version;

    /// <summary>Since when.</summary>
    public ulong Timestamp => _state.Timestamp;

    /// <summary>Judges by it; null when none is in force.</summary>
    public PolicyEvaluator? Evaluator => _evaluator ?? Open();

    /// <summary>Whether it is this one.</summary>
    public bool Is(in PolicyHash hash) => ((ReadOnlySpan<byte>)_state.Hash).SequenceEqual(hash);

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
        _state = new State { Hash = hash, Version = version, Timestamp = timestamp };

        // Opens the lists that the policy names, so that they are numbered in the order of the journal.
        _evaluator = null;
        _ = Open();
    }

    /// <inheritdoc/>
    public void BeginCheckpoint() => _marked = _state;

    /// <inheritdoc/>
    public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
    {
        writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<State>(in _marked)));
        return true;
    }

    /// <inheritdoc/>
    public void AbandonCheckpoint()
    {
        // The mark is a copy; there is nothing to release.
    }

    /// <inheritdoc/>
    public void Recover(ISnapshotReader reader, uint version)
    {
        reader.Read(MemoryMarshal.AsBytes(new Span<State>(ref _state)));
        _evaluator = null;
    }

    // Not at once when a checkpoint is read: the lists may be recovered after this part.
    private PolicyEvaluator? Open()
    {
        if (_state.Version != 0)
        {
            _evaluator = new PolicyEvaluator(source.Get(_state.Hash), lists);
        }

        return _evaluator;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        public PolicyHash Hash;
        public ulong Version;
        public ulong Timestamp;
    }
}
