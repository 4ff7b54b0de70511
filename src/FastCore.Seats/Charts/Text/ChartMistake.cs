namespace FastCore.Seats.Charts.Text;

/// <summary>One thing that is wrong in a chart file.</summary>
/// <param name="Code">The rule that is broken.</param>
/// <param name="Where">A JSON path, as <c>$.sections[2].rows[0].seats</c>, or a line and a byte of it.</param>
/// <param name="Sentence">What is wrong and what is right, for people.</param>
public sealed record ChartMistake(ChartMistakeCode Code, string Where, string Sentence)
{
    /// <summary>Place, then sentence.</summary>
    public override string ToString() => $"{Where}: {Sentence}";
}
