using System.Globalization;

namespace Terra.EndToEnd.Generator;

/// <summary>
/// Draws programs. All tensors t0 .. t3 of a step are [rows, 4], so any op fits any of them; what outlives a step is reduced to [4] or
/// only read. What a program does wrong (writing a tensor that backward needs, using a disposed one) is part of what it does.
/// </summary>
public sealed partial class ProgramGenerator
{
    private const int DeepestBlock = 3;

    private static readonly string[] s_styles = ["Julia", "Numpy", "CSharp"];

    private readonly Random _random;
    private bool _inHelper;
    private bool _isMarked;
    private bool _isAsync;
    private string? _model;
    private int _loops;

    private ProgramGenerator(int seed) => _random = new Random(seed);

    public static GeneratedProgram Generate(int seed)
    {
        var generator = new ProgramGenerator(seed);
        string[] optimizers =
        [
            "optim.SGD(new[] { p0, p1 }, 0.05)",
            "optim.SGD(new[] { p0, p1 }, 0.02, momentum: 0.9, weight_decay: 0.01)",
            "optim.Adam(new[] { p0, p1 }, 0.01)",
            "optim.AdamW(new[] { p0, p1 }, 0.02)",
        ];
        generator._isMarked = generator.Chance(6);
        generator._isAsync = generator.Chance(6);
        generator._model = generator.Chance(3) ? generator.Pick(s_models) : null;
        generator._inHelper = true;
        IReadOnlyList<Statement> helper = generator.Block(1, 4, 1);
        generator._inHelper = false;
        List<Statement> step = [];
        if (generator.Chance(4))
        {
            step.Add(new Statement($"rows = {generator.Number(2, 4)} + step % {generator.Number(2, 4)}; t0 = Values(step, rows); t1 = t0.mm(p0); t2 = t1 * 0.5f; t3 = Values(step + 1000, rows);"));
        }

        step.AddRange(generator.Block(3, 10, 0));
        return new GeneratedProgram(seed, 24, generator._isMarked, generator.Pick(optimizers), step, helper) { IsAsync = generator._isAsync, Model = generator._model };
    }

    private List<Statement> Block(int least, int most, int depth)
    {
        List<Statement> statements = [];
        for (int i = Number(least, most); i > 0; i--)
        {
            statements.Add(Draw(depth));
        }

        return statements;
    }

    private Statement Draw(int depth)
    {
        if (_isAsync && depth == 0 && !_inHelper && Chance(4))
        {
            return Await();
        }

        if (_model is not null && Chance(5))
        {
            return UseOfModel();
        }

        int kind = _random.Next(depth < DeepestBlock ? 100 : 66);
        return kind switch
        {
            < 34 => new Statement($"{Tensor()} = {Expression()};"),
            < 42 => InPlace(),
            < 48 => Escape(),
            < 54 => Fetch(),
            < 60 => Mutate(),
            < 62 => Throw(),
            < 66 => Special(),
            < 76 => Branch(depth),
            < 84 => Loop(depth),
            < 89 => Scope(depth),
            < 93 => Protected(depth),
            < 97 => new Statement("using (no_grad())", Block(1, 3, depth + 1)),
            _ => HelperCall(),
        };
    }

    private Statement Throw()
    {
        string exception = Chance(3) ? "TimeoutException" : "InvalidOperationException";
        return new Statement($"if (step % {Number(5, 11)} == {Number(2, 4)}) {{ throw new {exception}(\"thrown at \" + step); }}");
    }

    private Statement InPlace()
    {
        string target = Tensor();
        string clone = Chance(3) ? "" : $"{target} = {target}.clone(); ";
        string write = _random.Next(11) switch
        {
            0 => $"{target}.mul_({Constant()});",
            1 => $"{target}.add_({Tensor()}.detach(), {Constant()});",
            2 => $"{target}.narrow(1, {Number(0, 1)}, {Number(2, 3)}).mul_({Constant()});",
            3 => $"{target}[{Number(0, 1)}].add_({Tensor()}[{Number(0, 1)}]);",
            4 => $"{{ Tensor left = {target}.narrow(1, 0, 3), right = {target}.narrow(1, 1, 3); left.mul_({Constant()}); right.add_({Constant()}); left.tanh_(); }}",
            5 => $"{target}.copy_({Tensor()});",
            6 => $"{target}.transpose(0, 1)[{Number(0, 3)}].fill_({Constant()});",
            7 => $"{{ Tensor flat = {target}.view(-1); flat.narrow(0, 1, 5).sub_({Tensor()}.mean()); flat.narrow(0, 3, 5).mul_({Constant()}); }}",
            8 => $"{target}.index_add_(1, tensor(new long[] {{ 3, 0, 3 }}), {Tensor()}.narrow(1, 0, 3).detach(), {Constant()});",
            9 => $"{target}.masked_fill_({Tensor()} > 0.5f, {Constant()});",
            _ => $"{target}.clamp_(-0.8, 0.8);",
        };
        return new Statement(clone + write);
    }

    private Statement Escape() => new(_random.Next(6) switch
    {
        0 => $"field0 = {Tensor()}.sum(0).detach();",
        1 => $"if (step % {Number(2, 9)} == 1) {{ field1 = {Tensor()}.mean(new long[] {{ 0 }}).detach(); }}",
        2 => $"if (step % {Number(2, 9)} == 0) {{ kept.Add({Tensor()}); }}",
        3 => $"if (step % {Number(2, 5)} == 0) {{ kept.Add({Tensor()}.detach().narrow(1, 1, 2)); }}",
        4 => $"{{ Tensor captured = {Tensor()}; Func<Tensor> later = () => captured * {Constant()}; {Tensor()} = later(); if (step % 6 == 5) {{ kept.Add(later().detach()); }} }}",
        _ => $"if (kept.Count > 0) {{ {Tensor()} = {Tensor()} + kept[^1].detach().mean(); }}",
    });

    private Statement Fetch() => new(_random.Next(7) switch
    {
        0 => $"o.Note(\"sum\", {Tensor()}.sum().item<float>());",
        1 => $"if (step % {Number(2, 6)} == 0) {{ o.Note(\"tensor\", {Tensor()}); }}",
        2 => $"if (step % {Number(3, 7)} == 1) {{ o.Note(\"text\", {Tensor()}.ToString()); }}",
        3 => $"o.Note(\"value\", {Tensor()}.mean().str());",
        4 => $"if (step % {Number(2, 6)} == 1) {{ o.Note(\"printed\", {Tensor()}.ToString(TorchSharp.TensorStringStyle.{Pick(s_styles)})); }}",
        5 => $"factor = factor * 0.5 + {Tensor()}.mean().item<float>() * 0.1;",
        _ => $"o.Note(\"median\", ThirdParty.Median({Tensor()}.detach()));",
    });

    private Statement Mutate() => new(_random.Next(6) switch
    {
        0 => $"counter += {Number(1, 3)};",
        1 => $"factor = factor * {Constant()} + 0.1;",
        2 => $"p1.requires_grad = step % {Number(2, 6)} != 0;",
        3 => $"foreach (var group in optimizer.ParamGroups) {{ group.LearningRate = 0.01 + 0.001 * (step % {Number(2, 7)}); }}",
        4 => $"using (no_grad()) {{ p1[{Number(0, 3)}].mul_({Constant()}); }}",
        _ => $"if (chance.Next({Number(2, 4)}) == 0) {{ counter++; }}",
    } is var text && _inHelper && text.Contains("optimizer", StringComparison.Ordinal) ? "counter++;" : text);

    private Statement Special()
    {
        string exit = _inHelper ? "return t2;" : _isMarked ? "return;" : "continue;";
        return new Statement(_random.Next(8) switch
        {
            0 => $"{Tensor()} = ThirdParty.Polynomial({Tensor()}, 0.1, {Constant()}, 0.5);",
            1 => $"{{ Tensor early = {Tensor()} * {Constant()}; {Tensor()} = early + {Constant()}; early.Dispose(); }}",
            2 => $"if (step % {Number(6, 12)} == 3) {{ {exit} }}",
            3 => $"{{ Tensor[] parts = {Tensor()}.chunk(2, 1); {Tensor()} = cat(new[] {{ parts[1], parts[0] }}, 1); }}",
            4 => $"{Tensor()} = {Tensor()}.index_select(1, randperm(4, dtype: ScalarType.Int64));",
            5 => $"{Tensor()} = Squashed.apply({Tensor()}, {Number(1, 9)});",
            6 => $"{{ Tensor weighted = ({Tensor()} * {Tensor()}).sum(); if (weighted.requires_grad) {{ {Tensor()} = autograd.grad(new[] {{ weighted }}, new Tensor[] {{ p0 }}, retain_graph: true, allow_unused: true)[0] is {{ }} slope ? {Tensor()} + slope.detach().sum() * 0.1f : {Tensor()}; }} }}",
            _ => $"{{ Tensor x = {Tensor()}; {Tensor()} = x * x + x; }}",
        });
    }

    private Statement Branch(int depth)
    {
        string condition = _random.Next(5) switch
        {
            0 => $"{Tensor()}.mean().item<float>() > {Constant()} * 0.1f",
            1 => $"step % {Number(2, 5)} == {Number(0, 1)}",
            2 => $"step >= {Number(8, 20)}",
            3 => $"chance.Next({Number(2, 5)}) == 0",
            _ => $"counter % {Number(2, 4)} == 0",
        };
        bool other = Chance(2);
        return new Statement($"if ({condition})", Block(1, 3, depth + 1), other ? "else" : null, other ? Block(1, 3, depth + 1) : null);
    }

    private Statement Loop(int depth)
    {
        string i = $"i{_loops++}";
        List<Statement> body = Block(1, 3, depth + 1);
        switch (_random.Next(4))
        {
            case 0:
                return new Statement($"for (int {i} = 0; {i} < {Number(1, 3)}; {i}++)", body);
            case 1:
                return new Statement($"for (int {i} = 0; {i} < 1 + step % {Number(2, 4)}; {i}++)", body);
            case 2:
                body.Add(new Statement($"if ({Tensor()}.sum().item<float>() > {Constant()}) {{ break; }}"));
                return new Statement($"for (int {i} = 0; {i} < {Number(2, 4)}; {i}++)", body);
            default:
                return new Statement($"foreach (int {i} in Enumerable.Range(0, {Number(1, 3)}))", body);
        }
    }

    private Statement Scope(int depth)
    {
        List<Statement> body = Block(1, 3, depth + 1);
        foreach (string name in new[] { "t0", "t1", "t2", "t3" })
        {
            body.Add(new Statement($"{name} = ({name} * 1).MoveToOuterDisposeScope();"));
        }

        return new Statement($"using (var scope{_loops++} = NewDisposeScope())", body);
    }

    private Statement Protected(int depth) => Chance(2)
        ? new Statement("try", Block(1, 3, depth + 1), "catch (InvalidOperationException exception)", [new Statement("o.NoteException(\"inner\", exception);")])
        : new Statement("try", Block(1, 3, depth + 1), "finally", [new Statement("counter++;")]);

    private Statement HelperCall() => _inHelper
        ? new Statement($"if (depth > 0) {{ {Tensor()} = Helper(o, {Tensor()}, {Tensor()}, depth - 1, step, rows, chance, kept, p0, p1); }}")
        : new Statement($"{Tensor()} = Helper(o, {Tensor()}, {Tensor()}, chance.Next(3), step, rows, chance, kept, p0, p1);");

    private string Expression() => _random.Next(37) switch
    {
        0 => $"{Tensor()} + {Tensor()}",
        1 => $"{Tensor()} - {Tensor()} * {Constant()}",
        2 => $"{Tensor()} * {Tensor()}",
        3 => $"{Tensor()} / ({Tensor()}.square() + 1)",
        4 or 5 => $"{Tensor()}.mm(p{Number(0, 1)})",
        6 => $"{Tensor()}.tanh()",
        7 => $"{Tensor()}.sigmoid()",
        8 => $"nn.functional.relu({Tensor()})",
        9 => $"({Tensor()} * {Constant()}).exp().clamp(0, 3)",
        10 => $"{Tensor()}.softmax({Number(0, 1)})",
        11 => $"{Tensor()} - {Tensor()}.mean(new long[] {{ 1 }}, keepdim: true)",
        12 => $"where({Tensor()} > {Tensor()}, {Tensor()}, {Tensor()})",
        13 => $"{Tensor()} * factor",
        14 => $"{Tensor()} + field{Number(0, 1)}",
        15 => $"nn.functional.dropout({Tensor()}, 0.{Number(1, 5)})",
        16 => $"{Tensor()} + randn(rows, 4) * 0.1f",
        17 => $"{Tensor()}.mm({Tensor()}.t()).mm({Tensor()}) * 0.2f",
        18 => $"cat(new[] {{ {Tensor()}.narrow(1, 2, 2), {Tensor()}.narrow(1, 0, 2) }}, 1)",
        19 => $"{Tensor()}.t().contiguous().reshape(rows, 4)",
        20 => $"nn.functional.gelu({Tensor()})",
        21 => $"{Tensor()}.detach()",
        22 => $"{Tensor()} * (1 + 0.1 * (step % {Number(2, 6)}))",
        23 => $"{Tensor()}.cumsum({Number(0, 1)}) * 0.5f",
        24 => $"{Tensor()}.sort(1).Values",
        25 => $"cat(new[] {{ {Tensor()}.topk(3, 1).values, {Tensor()}.narrow(1, 0, 1) }}, 1)",
        26 => $"{Tensor()}.gather(1, {Tensor()}.argsort(1))",
        27 => $"nn.functional.log_softmax({Tensor()}, 1) * 0.3f",
        28 => $"{Tensor()} - {Tensor()}.logsumexp(1, keepdim: true)",
        29 => $"nn.functional.layer_norm({Tensor()}, new long[] {{ 4 }})",
        30 => $"{Tensor()}.to(ScalarType.BFloat16).tanh().to(ScalarType.Float32)",
        31 => $"({Tensor()}.to(ScalarType.Float64) * {Constant()}).sin().to(ScalarType.Float32)",
        32 => $"nn.functional.scaled_dot_product_attention({Tensor()}.unsqueeze(0), {Tensor()}.unsqueeze(0), {Tensor()}.unsqueeze(0)).squeeze(0)",
        33 => $"nn.functional.conv1d({Tensor()}.unsqueeze(1), p{Number(0, 1)}.narrow(0, 0, 2).narrow(1, 0, 3).unsqueeze(1), padding: 1).mean(new long[] {{ 1 }})",
        34 => $"nn.functional.silu({Tensor()}) + {Tensor()}.flip(1)",
        35 => $"{Tensor()}.var(1, keepdim: true) * {Tensor()}",
        _ => $"{Tensor()}.amax(1).unsqueeze(1).expand(rows, 4) * 0.5f",
    };

    private string Tensor() => $"t{_random.Next(4)}";

    private string Constant() => (Number(-9, 15) / 10.0).ToString("0.0", CultureInfo.InvariantCulture) + "f";

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private int Number(int least, int most) => _random.Next(least, most + 1);

    private string Pick(string[] choices) => choices[_random.Next(choices.Length)];
}
