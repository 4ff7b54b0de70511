namespace FastCore.Seats.Charts.Text;

/// <summary>The mistakes of one file, up to a limit, so that hostile bytes do not make an endless list.</summary>
internal sealed class ChartMistakes
{
    /// <summary>Mistakes that are told, at most; one more says that there are others.</summary>
    public const int Max = 32;

    private readonly List<ChartMistake> _all = [];

    public IReadOnlyList<ChartMistake> All => _all;

    /// <summary>Nobody needs more: reading can stop.</summary>
    public bool IsFull => _all.Count > Max;

    public void Add(ChartMistakeCode code, string where, string sentence)
    {
        if (_all.Count < Max)
        {
            _all.Add(new ChartMistake(code, where, sentence));
        }
        else if (_all.Count == Max)
        {
            _all.Add(new ChartMistake(
                ChartMistakeCode.TooManyMistakes, where, "There are more mistakes than these."));
        }
    }
}
