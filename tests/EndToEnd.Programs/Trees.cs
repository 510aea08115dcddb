namespace Terra.EndToEnd.Programs;

/// <summary>A token with any number of subtrees.</summary>
internal sealed record Tree(long Token, Tree[] Children)
{
    public const int Tokens = 5;

    public static Tree Random(Random random, int depth)
    {
        int children = depth == 0 ? 0 : random.Next(4);
        return new Tree(random.Next(Tokens), [.. Enumerable.Range(0, children).Select(_ => Random(random, depth - 1))]);
    }
}

/// <summary>The child-sum tree LSTM (Tai, Socher and Manning, 2015): a node's state from its token and its children's states.</summary>
internal sealed class TreeLstm : nn.Module<Tree, (Tensor Hidden, Tensor Cell)>
{
    private readonly int _width;
    private readonly Embedding embedding;
    private readonly Linear gatesOfToken;
    private readonly Linear gatesOfChildren;
    private readonly Linear forgetOfToken;
    private readonly Linear forgetOfChild;

    public TreeLstm(int width = 6)
        : base(nameof(TreeLstm))
    {
        _width = width;
        embedding = nn.Embedding(Tree.Tokens, width);
        gatesOfToken = nn.Linear(width, 3 * width);
        gatesOfChildren = nn.Linear(width, 3 * width, hasBias: false);
        forgetOfToken = nn.Linear(width, width);
        forgetOfChild = nn.Linear(width, width, hasBias: false);
        RegisterComponents();
    }

    public override (Tensor Hidden, Tensor Cell) forward(Tree tree)
    {
        (Tensor Hidden, Tensor Cell)[] children = [.. tree.Children.Select(call)];
        Tensor token = embedding.call(tensor(new[] { tree.Token }));
        Tensor sum = children.Aggregate(zeros(1, _width), (total, child) => total + child.Hidden);
        Tensor[] gates = (gatesOfToken.call(token) + gatesOfChildren.call(sum)).chunk(3, 1);
        Tensor cell = gates[0].sigmoid() * gates[2].tanh();
        if (children.Length > 0)
        {
            Tensor forget = forgetOfToken.call(token);
            foreach ((Tensor hidden, Tensor remembered) in children)
            {
                cell += (forget + forgetOfChild.call(hidden)).sigmoid() * remembered;
            }
        }

        return (gates[1].sigmoid() * cell.tanh(), cell);
    }
}

/// <summary>Steps that recurse over a data structure.</summary>
public static class Trees
{
    [EndToEndProgram(CoExecutedPercent = 75)]
    public static void ATreeLstmOverRandomTrees(Observer o)
    {
        var model = new TreeLstm();
        var classify = nn.Linear(6, 3);
        var optimizer = optim.Adam([.. model.parameters(), .. classify.parameters()], 0.02);
        var random = new Random(3);
        for (int step = 0; step < 100; step++)
        {
            optimizer.zero_grad();
            Tensor logits = classify.call(model.call(Tree.Random(random, depth: 3)).Hidden);
            Tensor loss = nn.functional.cross_entropy(logits, Data.Labels(step, 1));
            loss.backward();
            optimizer.step();
            o.Note($"loss[{step}]", loss.item<float>());
        }

        o.Note("model", model);
        o.Note("classify", classify);
        o.Note("optimizer", optimizer);
    }
}
