using FastCore.Testing;

namespace FastCore.Fuzz.Core;

/// <summary>The inputs worth mutating: the seeds for good, and those that showed a shape not seen before.</summary>
internal sealed class Corpus
{
    private const int SizeMax = 2048;
    private const int ShapesMax = 1 << 16;

    private readonly List<byte[]> _inputs = [];
    private readonly HashSet<Verdict> _seen = [];
    private int _seeds;

    public int Count => _inputs.Count;

    /// <summary>Different verdicts seen, up to a maximum.</summary>
    public int Shapes => _seen.Count;

    public void AddSeed(byte[] input, Verdict verdict)
    {
        _seen.Add(verdict);
        _inputs.Add(input);
        _seeds = _inputs.Count;
    }

    /// <summary>Keeps the input when its verdict is new. A full corpus gives up one that is no seed.</summary>
    public void Note(ReadOnlySpan<byte> input, Verdict verdict, SeededRandom random)
    {
        if (_seen.Count >= ShapesMax || !_seen.Add(verdict))
        {
            return;
        }

        if (_inputs.Count < SizeMax)
        {
            _inputs.Add(input.ToArray());
        }
        else if (_seeds < _inputs.Count)
        {
            _inputs[random.Between(_seeds, _inputs.Count - 1)] = input.ToArray();
        }
    }

    public byte[] Pick(SeededRandom random) => random.Pick(_inputs);
}
