using System.Globalization;
using System.Text;

namespace Terra.EndToEnd.Generator;

/// <summary>A statement of a generated program: lines of C#, or a header with a block, and perhaps a second header with a second block.</summary>
public sealed record Statement(string Text, IReadOnlyList<Statement>? Body = null, string? OtherText = null, IReadOnlyList<Statement>? OtherBody = null)
{
    /// <summary>Statements in this one, itself included.</summary>
    public int Size => 1 + (Body?.Sum(inner => inner.Size) ?? 0) + (OtherBody?.Sum(inner => inner.Size) ?? 0);
}

/// <summary>
/// A random program: a training loop whose body, and the body of a method it may call, are random. Any statement may be taken out and
/// the rest still compiles. A <see cref="TimeoutException"/> leaves the loop, which is then entered again.
/// </summary>
/// <param name="Seed">What it was drawn from.</param>
/// <param name="Steps">Turns of the training loop.</param>
/// <param name="IsMarked">The loop's body is a method marked as the step.</param>
/// <param name="Optimizer">An expression that makes the optimizer.</param>
/// <param name="Step">The random part of the loop's body.</param>
/// <param name="Helper">The random part of the method it may call.</param>
public sealed record GeneratedProgram(
    int Seed, int Steps, bool IsMarked, string Optimizer, IReadOnlyList<Statement> Step, IReadOnlyList<Statement> Helper)
{
    /// <summary>The training loop awaits tasks, and so is its body a method that does, if it is one.</summary>
    public bool IsAsync { get; init; }

    /// <summary>An expression that makes a model of layers, which the step may use and which has an optimizer of its own; or null.</summary>
    public string? Model { get; init; }

    private const string Parameters = "Observer o, int step, Random chance, List<Tensor> kept, Parameter p0, Parameter p1, OptimizerHelper optimizer";

    /// <summary>The class that holds the program; its Run method takes the observer.</summary>
    public string ClassName => $"Program{Seed.ToString(CultureInfo.InvariantCulture)}";

    public int Size => Step.Sum(statement => statement.Size) + Helper.Sum(statement => statement.Size);

    /// <summary>The usings that come before the first class.</summary>
    public const string Prologue = """
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;
        using Terra.EndToEnd.UnwovenHelpers;
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;


        """;

    /// <summary>The program as C#, without <see cref="Prologue"/>.</summary>
    public string ToCSharp()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            public static class {{ClassName}}
            {
                private static Tensor field0, field1;
                private static int counter;
                private static double factor;
                private static nn.Module<Tensor, Tensor> model;
                private static OptimizerHelper others;

                private sealed class Squashed : autograd.SingleTensorFunction<Squashed>
                {
                    public override string Name => nameof(Squashed);

                    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
                    {
                        Tensor result = ((Tensor)vars[0] * (int)vars[1] * 0.2f).tanh();
                        ctx.save_for_backward(new List<Tensor> { result });
                        ctx.save_data("scale", vars[1]);
                        return result;
                    }

                    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad)
                    {
                        Tensor result = ctx.get_saved_variables()[0];
                        return new List<Tensor> { grad * (1 - result * result) * ((int)ctx.get_data("scale") * 0.2f), null };
                    }
                }

                private static Task Elsewhere()
                {
                    var done = new TaskCompletionSource();
                    new Thread(() => done.SetResult()).Start();
                    return done.Task;
                }

                private static async Task<Tensor> LoadAsync(int seed, int rows)
                {
                    Tensor loaded = Values(seed, rows);
                    await Elsewhere();
                    return loaded * 0.5f;
                }

                private static Tensor Values(int seed, int rows)
                {
                    var random = new Random(seed);
                    var values = new float[rows * 4];
                    for (int i = 0; i < values.Length; i++)
                    {
                        values[i] = (float)(random.NextDouble() * 2 - 1);
                    }

                    return tensor(values).reshape(rows, 4);
                }

                private static Tensor Helper(Observer o, Tensor t0, Tensor t1, int depth, int step, int rows, Random chance, List<Tensor> kept, Parameter p0, Parameter p1)
                {
                    Tensor t2 = t0 + t1, t3 = t1;

            """);
        Append(text, Helper, 2);
        text.Append(CultureInfo.InvariantCulture, $$"""
                    return t2;
                }

            """);
        if (IsMarked)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""

                    [Terra.Step]
                    private static {{(IsAsync ? "async Task" : "void")}} Step({{Parameters}})
                    {

                """);
            AppendStep(text, 2);
            text.Append("    }\n");
        }

        text.Append(CultureInfo.InvariantCulture, $$"""

                public static {{(IsAsync ? "async Task" : "void")}} Run(Observer o)
                {
                    model = {{Model ?? "null"}};
                    others = {{(Model is null ? "null" : "optim.Adam(model.parameters(), 0.01)")}};
                    field0 = zeros(4);
                    field1 = ones(4);
                    counter = 0;
                    factor = 0.5;
                    var chance = new Random({{Seed}});
                    var kept = new List<Tensor>();
                    var p0 = new Parameter(Values(1, 4));
                    var p1 = new Parameter(Values(2, 4));
                    var optimizer = {{Optimizer}};
                    int next = 0;
                    while (next < {{Steps}})
                    {
                        try
                        {
                            while (next < {{Steps}})
                            {
                                int step = next++;

            """);
        if (IsMarked)
        {
            text.Append(IsAsync ? "                    await " : "                    ").Append("Step(o, step, chance, kept, p0, p1, optimizer);\n");
        }
        else
        {
            AppendStep(text, 5);
        }

        text.Append("""
                            }
                        }
                        catch (TimeoutException exception)
                        {
                            o.NoteException("left", exception);
                        }
                    }

                    o.Note("p0", p0);
                    o.Note("p1", p1);
                    o.Note("optimizer", optimizer);
                    if (model is not null)
                    {
                        o.Note("model", model);
                        o.Note("others", others);
                    }

                    o.Note("field0", field0);
                    o.Note("field1", field1);
                    o.Note("counter", counter);
                    o.Note("factor", factor);
                    foreach (Tensor tensor in kept)
                    {
                        o.Note("kept", tensor);
                    }
                }
            }


            """);
        return text.ToString();
    }

    /// <summary>The body of the training loop.</summary>
    private void AppendStep(StringBuilder text, int depth)
    {
        string indent = new(' ', 4 * depth);
        void Lines(string lines)
        {
            foreach (string line in lines.Split('\n'))
            {
                text.Append(line.Length == 0 ? "" : indent).Append(line).Append('\n');
            }
        }

        Lines("""
            const int depth = 0;
            int rows = 3;
            try
            {
                optimizer.zero_grad();
                others?.zero_grad();
                Tensor t0 = Values(step, rows), t1 = t0.mm(p0), t2 = t1 * 0.5f, t3 = Values(step + 1000, rows);
            """);
        Append(text, Step, depth + 1);
        Lines("""
                Tensor loss = (t0 * t1).mean() + t2.square().mean() + t3.tanh().mean();
                if (loss.requires_grad)
                {
                    loss.backward();
                }

                optimizer.step();
                others?.step();
            }
            catch (Exception exception) when (exception is not TimeoutException)
            {
                o.NoteException("caught", exception);
            }
            """);
    }

    private static void Append(StringBuilder text, IReadOnlyList<Statement> statements, int depth)
    {
        string indent = new(' ', 4 * depth);
        foreach (Statement statement in statements)
        {
            text.Append(indent).Append(statement.Text).Append('\n');
            AppendBlock(text, statement.Body, depth, indent);
            if (statement.OtherText is not null)
            {
                text.Append(indent).Append(statement.OtherText).Append('\n');
                AppendBlock(text, statement.OtherBody, depth, indent);
            }
        }
    }

    private static void AppendBlock(StringBuilder text, IReadOnlyList<Statement>? body, int depth, string indent)
    {
        if (body is not null)
        {
            text.Append(indent).Append("{\n");
            Append(text, body, depth + 1);
            text.Append(indent).Append("}\n");
        }
    }
}
