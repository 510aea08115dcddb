global using Terra.EndToEnd.UnwovenHelpers;
global using TorchSharp;
global using TorchSharp.Modules;
global using static TorchSharp.torch;
