using FluentAssertions;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>A reader of IL that shares no code with the weaver finds nothing in a woven assembly that it did not find before.</summary>
public class IndependentReaderTests
{
    [Theory]
    [MemberData(nameof(ProcessedAssembly.All), MemberType = typeof(ProcessedAssembly))]
    public void ReadsEveryMethodWithoutNewWarnings(string assembly, string configuration)
    {
        ProcessedAssembly processed = ProcessedAssembly.Get(assembly, configuration);
        using var before = new IlReader(processed.OriginalPath);
        using var after = new IlReader(processed.WovenPath);
        IReadOnlyDictionary<string, IReadOnlyList<string>> expected = before.Warnings();
        foreach ((string method, IReadOnlyList<string> warnings) in after.Warnings())
        {
            warnings.Should().BeSubsetOf(expected.GetValueOrDefault(method, []), "{0} is read as before", method);
        }
    }

    [Theory]
    [MemberData(nameof(ProcessedAssembly.All), MemberType = typeof(ProcessedAssembly))]
    public void DecompilesWithoutNewComplaints(string assembly, string configuration)
    {
        ProcessedAssembly processed = ProcessedAssembly.Get(assembly, configuration);
        using var before = new IlReader(processed.OriginalPath);
        using var after = new IlReader(processed.WovenPath);
        after.DecompilerComments().Should().BeSubsetOf(before.DecompilerComments());
    }

    [Theory]
    [MemberData(nameof(ProcessedAssembly.All), MemberType = typeof(ProcessedAssembly))]
    public void WithTheHooksTakenOutIsWhatItWas(string assembly, string configuration)
    {
        ProcessedAssembly processed = ProcessedAssembly.Get(assembly, configuration);
        using var before = new IlReader(processed.OriginalPath);
        using var after = new IlReader(processed.WovenPath);
        after.Methods.Should().Contain(before.Methods);
        int hooked = 0;
        foreach (string method in before.Methods)
        {
            IReadOnlyList<string> woven = after.Instructions(method);
            Hooks.Without(woven).Should().Equal(Hooks.Without(before.Instructions(method)), "{0} does what it did", method);
            hooked += woven.Any(Hooks.IsHook) ? 1 : 0;
        }

        hooked.Should().BeGreaterThan(10);
    }

    [Theory]
    [MemberData(nameof(ScenarioData.LeftAlone), MemberType = typeof(ScenarioData))]
    public void CodeThatReachesNoOpIsLeftAlone(string assembly, string configuration, string name)
    {
        ProcessedAssembly processed = ProcessedAssembly.Get(assembly, configuration);
        using var before = new IlReader(processed.OriginalPath);
        using var after = new IlReader(processed.WovenPath);
        string method = before.Methods.Single(candidate => candidate.Contains($".{name.Replace(".", "::", StringComparison.Ordinal)}`", StringComparison.Ordinal));
        after.Instructions(method).Should().Equal(before.Instructions(method));
    }
}
