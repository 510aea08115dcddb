using System.Reflection;
using FluentAssertions;
using TorchSharp;
using Xunit;

namespace Terra.Torch.Tests.Conformance;

/// <summary>Everything public in the front-end exists in TorchSharp with the same signature, but for the few functions of PyTorch that are listed: the subset may grow but never drift.</summary>
public sealed class ConformanceTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly ApiText s_api = ApiText.Load();

    /// <summary>What is public, but for the namespace of TorchSharp.PyBridge, a package of its own.</summary>
    private static IEnumerable<Type> PublicTypes => typeof(torch).Assembly.GetExportedTypes().Where(type => type.Namespace != "TorchSharp.PyBridge");

    [Fact]
    public void EveryPublicTypeIsInTorchSharpsNamespace() =>
        PublicTypes.Should().OnlyContain(type => type.Namespace!.StartsWith("TorchSharp", StringComparison.Ordinal));

    [Fact]
    public void EveryTypeIsDeclaredAsInTorchSharp()
    {
        string[] drifted = PublicTypes
            .Select(type => (Actual: ApiRendering.Header(type), Expected: s_api.Find(ApiRendering.FullName(type))?.Header))
            .Where(pair => pair.Actual != pair.Expected)
            .Select(pair => $"{pair.Actual}\n    TorchSharp has: {pair.Expected ?? "no such type"}")
            .ToArray();

        drifted.Should().BeEmpty();
    }

    [Fact]
    public void EveryMemberHasTorchSharpsSignature()
    {
        string[] drifted = PublicTypes.SelectMany(Drift).ToArray();

        drifted.Should().BeEmpty();
    }

    [Fact]
    public void NoMemberOnlyThrows()
    {
        string[] stubs = PublicTypes
            .SelectMany(type => (MethodBase[])[.. type.GetMethods(Declared), .. type.GetConstructors(Declared)])
            .Where(OnlyThrows)
            .Select(method => $"{method.DeclaringType}.{method.Name}")
            .ToArray();

        stubs.Should().BeEmpty("what is not implemented is not declared");
        typeof(Stubs).GetConstructors().Should().HaveCount(2).And.OnlyContain(constructor => OnlyThrows(constructor));
        OnlyThrows(typeof(Stubs).GetMethod(nameof(Stubs.Method))!).Should().BeTrue();
        OnlyThrows(typeof(Stubs).GetProperty(nameof(Stubs.Property))!.SetMethod!).Should().BeTrue();
    }

    /// <summary>Nothing but 'throw new NotImplementedException()' and the like: the call of the base constructor if it is one, ldstr, newobj, throw, and no branch.</summary>
    private static bool OnlyThrows(MethodBase method)
    {
        const byte Throw = 0x7A;
        int longest = method.IsConstructor ? 20 : 12;
        return method.GetMethodBody()?.GetILAsByteArray() is { } il && il.Length <= longest && il[^1] == Throw;
    }

    /// <summary>What must not be in the front-end.</summary>
    private sealed class Stubs
    {
        public Stubs() => throw new NotImplementedException();

        public Stubs(int value)
            : base() => throw new NotSupportedException("no " + nameof(value));

        public int Property
        {
            get => 1;
            set => throw new NotSupportedException("read only");
        }

        public void Method() => throw new NotImplementedException("later");
    }

    private static IEnumerable<string> Drift(Type type)
    {
        if (s_api.Find(ApiRendering.FullName(type)) is not { } expected)
        {
            return [];
        }

        HashSet<string> members = type.IsEnum
            ? [.. expected.Members.SelectMany(line => line.Split(", "))]
            : expected.Members;
        return ApiRendering.Members(type)
            .Where(member => !members.Contains(member))
            .Select(member => $"{ApiRendering.FullName(type)}: {member}\n    TorchSharp has: {string.Join("\n                    ", Namesakes(member, members))}");
    }

    private static IEnumerable<string> Namesakes(string member, HashSet<string> members)
    {
        string name = MemberName(member);
        return members.Where(candidate => MemberName(candidate) == name).DefaultIfEmpty("no member of that name");
    }

    private static string MemberName(string member)
    {
        int end = member.IndexOfAny(['(', '[', '{', ';', '=']);
        string head = member[..(end < 0 ? member.Length : end)].TrimEnd();
        int generic = head.IndexOf('<', head.LastIndexOf(' ') + 1);
        head = generic < 0 ? head : head[..generic];
        return head[(head.LastIndexOf(' ') + 1)..];
    }
}
