using System.Reflection;
using FluentAssertions;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>Op capture: a leaf op method runs as before while inactive, is recorded while tracing and replaced while co-executing.</summary>
public sealed class OpCaptureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ScenarioHost _host;

    public OpCaptureTests()
    {
        ProcessedAssembly.CopyInput("Release", _folder.Path);
        Result = Weaving.WeaveInPlace(_folder.File("Terra.Torch.dll"), new WeavingOptions { ProgramWeaving = false });
        _host = new ScenarioHost(_folder.File("Terra.Torch.dll"));
    }

    private WeavingResult Result { get; }

    private Type Leaf => _host.Assembly.GetType("TorchSharp.Leaf", throwOnError: true)!;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HooksEachLeafOpAndNothingElse()
    {
        Result.Ops.Should().Be(6);
        using var reader = new IlReader(_folder.File("Terra.Torch.dll"));
        reader.Methods.Where(method => reader.Instructions(method).Any(instruction => instruction.Contains("OpCapture::get_IsActive", StringComparison.Ordinal)))
            .Should().HaveCount(6).And.OnlyContain(method => method.Contains(".Leaf::", StringComparison.Ordinal));
        reader.Warnings().Values.SelectMany(warnings => warnings).Should().BeEmpty();
    }

    [Fact]
    public void InactiveRunsTheBodyAndResolvesNothing()
    {
        Value(Call("unary", Tensor(3))).Should().Be(6);
        ((IList<string>)Capture.GetProperty("Resolved")!.GetValue(null)!).Should().NotContain("test::scalars", "an op is looked up when it is first captured");
    }

    [Fact]
    public void TracingRunsTheBodyAndRecordsArgumentsInOrder()
    {
        object? result = null;
        IReadOnlyList<dynamic> calls = During(() => result = Call("scalars", Tensor(1), null, Scalar(2), null, 0.5), intercept: false);
        Value(result).Should().Be(3.5f);
        calls.Should().ContainSingle();
        ((string)calls[0].Op.Name).Should().Be("test::scalars");
        ((IEnumerable<string>)calls[0].Arguments).Should().Equal("tensor 1", "tensor null", "scalar 2", "scalar? null", "double 0.5");
        ((object)calls[0].Outputs[0]).Should().BeSameAs(result);
    }

    [Fact]
    public void EveryKindOfArgumentIsPassed()
    {
        object philox = Activator.CreateInstance(Runtime("Core.PhiloxState"), 7UL, 3UL)!;
        object dtype = Enum.ToObject(Runtime("Core.DType"), 1);
        IReadOnlyList<dynamic> calls = During(
            () => Call("structural", Tensor(1), 2L, new[] { 3L, 4L }, null, true, new[] { true, false }, dtype, null, "mean", philox),
            intercept: false);
        ((IEnumerable<string>)calls[0].Arguments).Should().Equal(
            "tensor 1", "long 2", "long[] 3,4", "long[] null", "bool True", "bool[] True,False", "dtype Int64", "dtype? null", "string mean", "philox 7+3");
    }

    [Fact]
    public void CoExecutingReturnsThePlaceholderAndDoesNotRunTheBody()
    {
        int before = BodiesRun;
        object? one = null;
        object? many = null;
        IReadOnlyList<dynamic> recorded = During(
            () =>
            {
                one = Call("unary", Tensor(3));
                many = Call("many", Tensors(1, 2), 5L);
            },
            intercept: true);
        Value(one).Should().Be(42);
        ((Array)many!).Length.Should().Be(1);
        BodiesRun.Should().Be(before);
        recorded.Should().BeEmpty();
    }

    [Fact]
    public void SeveralResultsAndSeveralReturns()
    {
        Array? results = null;
        IReadOnlyList<dynamic> calls = During(
            () =>
            {
                results = (Array)Call("many", Tensors(1, 2), 5L)!;
                Call("many", Tensors(-1), 5L);
                Call("expression", Tensor(-4));
            },
            intercept: false);
        results!.Length.Should().Be(2);
        calls.Should().HaveCount(3);
        ((int)calls[0].Outputs.Length).Should().Be(2);
        ((int)calls[1].Outputs.Length).Should().Be(0);
        Value((object)calls[2].Outputs[0]).Should().Be(4);
    }

    [Fact]
    public void AnOpThatThrowsIsNotRecorded()
    {
        IReadOnlyList<dynamic> calls = During(
            () => FluentActions.Invoking(() => Call("many", Tensors(1), -1L)).Should().Throw<TargetInvocationException>().WithInnerException<ArgumentOutOfRangeException>(),
            intercept: false);
        calls.Should().BeEmpty();
    }

    private Type Capture => Runtime("Tracing.OpCapture");

    private int BodiesRun => (int)Leaf.GetField("BodiesRun")!.GetValue(null)!;

    private Type Runtime(string name) => _host.Runtime.GetType("Terra.Runtime." + name, throwOnError: true)!;

    private object Tensor(float value) => Activator.CreateInstance(Runtime("Core.TensorImpl"), value)!;

    private Array Tensors(params float[] values)
    {
        var tensors = Array.CreateInstance(Runtime("Core.TensorImpl"), values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            tensors.SetValue(Tensor(values[i]), i);
        }

        return tensors;
    }

    private object Scalar(double value) => Activator.CreateInstance(Runtime("Core.ScalarValue"), value)!;

    private object? Call(string op, params object?[] arguments) => Leaf.GetMethod(op)!.Invoke(null, arguments);

    private static float Value(object? tensor) => (float)tensor!.GetType().GetProperty("Value")!.GetValue(tensor)!;

    /// <summary>Runs with capture active; intercepted ops return one tensor of 42.</summary>
    private IReadOnlyList<dynamic> During(Action action, bool intercept)
    {
        Delegate? handler = null;
        if (intercept)
        {
            Type call = Runtime("Ops.OpInvocation");
            MethodInfo replace = typeof(OpCaptureTests).GetMethod(nameof(Replace), BindingFlags.NonPublic | BindingFlags.Static)!;
            handler = Delegate.CreateDelegate(typeof(Func<,>).MakeGenericType(call, typeof(bool)), replace);
        }

        var recorded = (System.Collections.IEnumerable)Capture.GetMethod("During")!.Invoke(null, [action, handler])!;
        return [.. recorded.Cast<object>()];
    }

    private static bool Replace(object invocation)
    {
        PropertyInfo outputs = invocation.GetType().GetProperty("Outputs")!;
        Type tensor = outputs.PropertyType.GetElementType()!;
        var placeholders = Array.CreateInstance(tensor, 1);
        placeholders.SetValue(Activator.CreateInstance(tensor, 42f), 0);
        outputs.SetValue(invocation, placeholders);
        return true;
    }
}
