namespace FastCore.Fraud.Policies.Text;

/// <summary>The mistakes found so far; told in the order of the file, so many and no more.</summary>
internal sealed class PolicyMistakes
{
    private readonly List<PolicyMistake> _mistakes = [];

    public int Count => _mistakes.Count;

    public IReadOnlyList<PolicyMistake> All =>
    [
        .. _mistakes.OrderBy(mistake => mistake.Code == PolicyMistakeCode.TooManyMistakes)
            .ThenBy(mistake => mistake.Path, StringComparer.Ordinal)
            .ThenBy(mistake => mistake.Line)
            .ThenBy(mistake => mistake.Column),
    ];

    public void Add(PolicyMistakeCode code, PolicyPlace at, string sentence) =>
        Add(new PolicyMistake(code, "", at.Line, at.Column, sentence));

    public void Add(PolicyMistake mistake)
    {
        if (_mistakes.Count < PolicyLimits.MistakesMax)
        {
            _mistakes.Add(mistake);
        }
        else if (_mistakes.Count == PolicyLimits.MistakesMax)
        {
            _mistakes.Add(mistake with
            {
                Code = PolicyMistakeCode.TooManyMistakes,
                Sentence = $"There are more than {PolicyLimits.MistakesMax} mistakes.",
            });
        }
    }
}
