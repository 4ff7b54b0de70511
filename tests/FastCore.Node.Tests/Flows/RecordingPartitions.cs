using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using FastCore.Node.Flows;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using Xunit;

namespace FastCore.Node.Tests.Flows;

/// <summary>Takes what flows submit. A test waits for answers, never for time.</summary>
internal sealed class RecordingPartitions : ISubmitInternal
{
    private readonly BlockingCollection<ConnectorAnswer> _answers = [];
    private int _refusals;

    /// <summary>So many submissions are refused first, as by a full ring.</summary>
    public int Refusals
    {
        get => Volatile.Read(ref _refusals);
        set => Volatile.Write(ref _refusals, value);
    }

    public bool TrySubmit(ulong key, Operation operation, ReadOnlySpan<byte> body)
    {
        if (Interlocked.Decrement(ref _refusals) >= 0)
        {
            return false;
        }

        Assert.Equal(Operation.ConnectorAnswers, operation);
        ConnectorAnswer answer = MemoryMarshal.Read<ConnectorAnswer>(body);
        Assert.Equal(key, answer.Merchant);
        if (key == 0)
        {
            throw new ArgumentException("An internal command was refused.", nameof(key));
        }

        _answers.Add(answer);
        return true;
    }

    /// <summary>The next answer; a missing one fails the test after a long time.</summary>
    public ConnectorAnswer Next()
    {
        Assert.True(_answers.TryTake(out ConnectorAnswer answer, TimeSpan.FromSeconds(30)), "No answer came.");
        return answer;
    }

    public int Count => _answers.Count;
}
