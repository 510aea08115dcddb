using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Tests.Models;

/// <summary>Sines and cosines of positions, added to (L, N, E) (Vaswani et al., 2017).</summary>
internal sealed class PositionalEncoding : Module<Tensor, Tensor>
{
    private readonly Tensor pe;

    public PositionalEncoding(int width, int length = 64)
        : base(nameof(PositionalEncoding))
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor position = arange(length, dtype: ScalarType.Float32).unsqueeze(1);
        Tensor rate = (arange(0, width, 2, dtype: ScalarType.Float32) * (-Math.Log(10000.0) / width)).exp();
        pe = stack([(position * rate).sin(), (position * rate).cos()], -1).flatten(1).unsqueeze(1).MoveToOuterDisposeScope();
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using Tensor part = pe.narrow(0, 0, input.shape[0]);
        return input + part;
    }
}

/// <summary>Next tokens by an LSTM with tied weights: (L, N) tokens to (L, N, tokens) logits.</summary>
internal sealed class LanguageModel : Module<Tensor, Tensor>
{
    private readonly Embedding embedding;
    private readonly LSTM lstm;
    private readonly Parameter bias;

    public LanguageModel(int tokens = 11, int width = 12)
        : base(nameof(LanguageModel))
    {
        embedding = Embedding(tokens, width);
        lstm = LSTM(width, width, 2);
        bias = Parameter(zeros(tokens));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor hidden, _, _) = lstm.call(embedding.call(input));
        return functional.linear(hidden, embedding.weight, bias).MoveToOuterDisposeScope();
    }
}

/// <summary>Classes of sequences by a transformer's encoder: (L, N) tokens to (N, classes).</summary>
internal sealed class SequenceClassifier : Module<Tensor, Tensor>
{
    private readonly Embedding embedding;
    private readonly PositionalEncoding position;
    private readonly TransformerEncoder encoder;
    private readonly Linear fc;

    public SequenceClassifier(int tokens = 11, int width = 8, int classes = 3)
        : base(nameof(SequenceClassifier))
    {
        embedding = Embedding(tokens, width);
        position = new PositionalEncoding(width);
        encoder = TransformerEncoder(TransformerEncoderLayer(width, 2, 16, 0, Activations.GELU), 2);
        fc = Linear(width, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor padding = input.eq(0).t();
        Tensor encoded = encoder.call(position.call(embedding.call(input)), null, padding);
        return fc.call(encoded.mean([0])).MoveToOuterDisposeScope();
    }
}

/// <summary>Sequences to sequences: (S, N) and (T, N) tokens to (T, N, tokens) logits.</summary>
internal sealed class Translator : Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding embedding;
    private readonly PositionalEncoding position;
    private readonly Transformer transformer;
    private readonly Linear fc;

    public Translator(int tokens = 11, int width = 8, double dropout = 0)
        : base(nameof(Translator))
    {
        embedding = Embedding(tokens, width);
        position = new PositionalEncoding(width);
        transformer = Transformer(width, 2, 1, 1, 16, dropout);
        fc = Linear(width, tokens);
        RegisterComponents();
    }

    public override Tensor forward(Tensor source, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        long length = target.shape[0];
        Tensor future = ones([length, length], ScalarType.Bool).triu(1);
        Tensor decoded = transformer.call(position.call(embedding.call(source)), position.call(embedding.call(target)), null, future);
        return fc.call(decoded).MoveToOuterDisposeScope();
    }
}
