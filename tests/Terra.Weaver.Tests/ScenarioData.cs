using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>The rows of theories over scenarios: assembly, configuration, scenario.</summary>
public static class ScenarioData
{
    public static TheoryData<string, string, string> Scenarios { get; } = Of("ScenarioAttribute", _ => true);

    public static TheoryData<string, string, string> Awaiting { get; } =
        Of("ScenarioAttribute", scenario => scenario.ReturnType.IsAssignableTo(typeof(Task)));

    public static TheoryData<string, string, string> Steps { get; } =
        Of("ScenarioAttribute", scenario => scenario.DeclaringType!.Name == "Steps");

    public static TheoryData<string, string, string> LeftAlone { get; } = Of("LeftAloneAttribute", _ => true);

    private static TheoryData<string, string, string> Of(string attribute, Func<System.Reflection.MethodInfo, bool> chosen)
    {
        var data = new TheoryData<string, string, string>();
        foreach (object[] row in ProcessedAssembly.All)
        {
            (string name, string configuration) = ((string)row[0], (string)row[1]);
            foreach (var method in ProcessedAssembly.Get(name, configuration).Unwoven.Marked(attribute).Where(chosen))
            {
                data.Add(name, configuration, ScenarioHost.NameOf(method));
            }
        }

        return data;
    }
}
