using FastCore.Fraud.Rules.Text;

namespace FastCore.Fraud.Rules.Program;

/// <summary>Runs the tests that stand beside the rules of a set.</summary>
internal sealed class RuleTestRun : IDisposable
{
    // Stands for a key of which a test only says that it is in a list.
    private const uint StandIn = 999_999;

    private readonly RuleSet _set;
    private readonly RuleLists _lists = new(RuleLimits.GivensMax);
    private readonly RuleEvaluator _evaluator;

    public RuleTestRun(RuleSet set)
    {
        _set = set;
        _evaluator = new RuleEvaluator(set, _lists);
    }

    public IReadOnlyList<RuleTestResult> Run()
    {
        List<RuleTestResult> results = [];
        for (int rule = 0; rule < _set.Declared.Count; rule++)
        {
            DeclaredRule declared = _set.Declared[rule];
            foreach (DeclaredTest test in declared.Tests)
            {
                RuleOutcome actual = Run(rule, declared, test);
                results.Add(new RuleTestResult(
                    declared.Name, test.Name, test.At.Path, test.At.Line, test.At.Column, test.Expected, actual));
            }
        }

        return results;
    }

    public void Dispose() => _lists.Dispose();

    private RuleOutcome Run(int rule, DeclaredRule declared, DeclaredTest test)
    {
        // What is not given is missing.
        _evaluator.Inputs.Fill(double.NaN);
        RuleTransaction transaction = default;
        foreach (DeclaredGiven given in test.Givens)
        {
            Give(given, ref transaction);
        }

        KeySlots.Load(transaction, _evaluator.Keys);
        List<(int List, UInt128 Key)> entries = [];
        foreach (DeclaredGiven given in test.Givens.Where(given => given.List is not null))
        {
            (int List, UInt128 Key) entry =
                (_evaluator.ListIds[given.ListIndex], ValueOf(given.Name.Meaning.Key, transaction));
            _lists.Add(entry.List, entry.Key, 0, 0);
            entries.Add(entry);
        }

        RuleOutcome outcome = test.IsOfAll ? _evaluator.JudgeLoaded(0).Outcome
            : _evaluator.FiresLoaded(rule, 0) ? declared.Outcome
            : RuleOutcome.None;
        foreach ((int list, UInt128 key) in entries)
        {
            _lists.Remove(list, key, 0);
        }

        return outcome;
    }

    private void Give(DeclaredGiven given, ref RuleTransaction transaction)
    {
        RuleName meaning = given.Name.Meaning;
        if (!meaning.IsKey)
        {
            double value = given.Value is RuleNumber number ? number.Value : double.NaN;
            _evaluator.Inputs[meaning.Input] = given.IsNegative ? -value : value;
        }
        else if (given.Value is RuleNumber key)
        {
            SetValue(meaning.Key, key.Whole, ref transaction);
        }
        else if (given.List is not null && ValueOf(meaning.Key, transaction) == 0)
        {
            SetValue(meaning.Key, StandIn, ref transaction);
        }
    }

    private static UInt128 ValueOf(RuleKey key, in RuleTransaction transaction) => key switch
    {
        RuleKey.Card => transaction.Card,
        RuleKey.Merchant => transaction.Merchant,
        RuleKey.Terminal => transaction.Terminal,
        RuleKey.Device => transaction.Device,
        RuleKey.Bin => transaction.Bin,
        _ => transaction.Currency,
    };

    private static void SetValue(RuleKey key, UInt128 value, ref RuleTransaction transaction)
    {
        switch (key)
        {
            case RuleKey.Card:
                transaction.Card = value;
                break;
            case RuleKey.Merchant:
                transaction.Merchant = value;
                break;
            case RuleKey.Terminal:
                transaction.Terminal = value;
                break;
            case RuleKey.Device:
                transaction.Device = value;
                break;
            case RuleKey.Bin:
                transaction.Bin = (uint)value;
                break;
            default:
                transaction.Currency = (uint)value;
                break;
        }
    }
}
