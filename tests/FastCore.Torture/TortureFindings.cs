namespace FastCore.Torture;

/// <summary>What the checks of a torture found wrong. Safe from several threads.</summary>
public sealed class TortureFindings
{
    private const int TextsMax = 20;

    private readonly Lock _gate = new();
    private readonly List<string> _texts = [];
    private long _lost;
    private long _contradictions;
    private long _verified;

    /// <summary>Acknowledged elements that are gone or different.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Everything else that must not be: books that do not add up, a directory that does not open.</summary>
    public long Contradictions => Interlocked.Read(ref _contradictions);

    /// <summary>Comparisons of an element with what the server says that held.</summary>
    public long Verified => Interlocked.Read(ref _verified);

    /// <summary>Nothing was found.</summary>
    public bool AreNone => Lost == 0 && Contradictions == 0;

    /// <summary>The first findings in words.</summary>
    public IReadOnlyList<string> Texts
    {
        get
        {
            lock (_gate)
            {
                return [.. _texts];
            }
        }
    }

    /// <summary>Notes whether an acknowledged element is what it was.</summary>
    public void CheckKept(bool isKept, Func<string> what)
    {
        if (isKept)
        {
            Interlocked.Increment(ref _verified);
        }
        else
        {
            Interlocked.Increment(ref _lost);
            Add("lost: " + what());
        }
    }

    /// <summary>Notes whether something holds.</summary>
    public void Check(bool holds, Func<string> what)
    {
        if (!holds)
        {
            Interlocked.Increment(ref _contradictions);
            Add(what());
        }
    }

    private void Add(string text)
    {
        lock (_gate)
        {
            if (_texts.Count < TextsMax)
            {
                _texts.Add(text);
            }
        }
    }
}
