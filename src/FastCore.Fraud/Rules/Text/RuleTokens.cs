namespace FastCore.Fraud.Rules.Text;

/// <summary>The words of a file one after the other, with the mistakes of what was expected.</summary>
internal sealed class RuleTokens(RuleLexer lexer, RuleMistakes mistakes)
{
    public RuleToken Current { get; private set; } = lexer.Next();

    public RuleToken Take()
    {
        RuleToken taken = Current;
        Current = lexer.Next();
        return taken;
    }

    public bool TryTake(string text)
    {
        bool isThere = Current.Is(text);
        if (isThere)
        {
            Take();
        }

        return isThere;
    }

    public bool Expect(string text) => TryTake(text) || Refuse($"'{text}'");

    public bool TakeText(out string text)
    {
        text = Current.Text;
        if (Current.Kind != RuleTokenKind.Text)
        {
            return Refuse("a name in quotes");
        }

        Take();
        return true;
    }

    /// <summary>Says what must stand here. A word that was a mistake itself is not blamed twice.</summary>
    public bool Refuse(string expected)
    {
        if (Current.Kind != RuleTokenKind.Broken)
        {
            string hint = Current.Is("==") ? " Equality is written with one '='." : "";
            mistakes.Add(
                RuleMistakeCode.UnexpectedToken,
                Current.At,
                $"Here must be {expected}, not {Current.Shown}.{hint}");
        }

        return false;
    }

    /// <summary>Goes on to the next line that begins a declaration.</summary>
    public void SkipToDeclaration()
    {
        do
        {
            Take();
        }
        while (!(Current.Kind == RuleTokenKind.End
            || (Current.IsFirst && Current.Kind == RuleTokenKind.Word && RuleWords.Begins(Current.Text))));
    }
}
