// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

/// A profile as Proxifier 4 for Windows writes it.
inline const QByteArray kPpxSample102 = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<ProxifierProfile version="102" platform="Windows" product_id="0" product_minver="400">
	<Options>
		<Resolve>
			<AutoModeDetection enabled="false" />
			<ViaProxy enabled="true" />
			<BlockNonATypes enabled="false" />
			<ExclusionList OnlyFromListMode="false">%ComputerName%; localhost; *.local</ExclusionList>
			<DnsUdpMode>0</DnsUdpMode>
		</Resolve>
		<Encryption mode="basic" />
		<ConnectionLoopDetection enabled="true" resolve="true" />
		<Udp mode="mode_bypass" />
		<LeakPreventionMode enabled="false" />
		<ProcessOtherUsers enabled="false" />
		<ProcessServices enabled="true" />
		<HandleDirectConnections enabled="false" />
		<HttpProxiesSupport enabled="false" />
	</Options>
	<ProxyList>
		<Proxy id="100" type="SOCKS5">
			<Authentication enabled="true">
				<Password>AAAEuL6ruFSLpLRf1</Password>
				<Username>bob</Username>
			</Authentication>
			<Label>Office</Label>
			<Options>48</Options>
			<Port>1080</Port>
			<Address>proxy.example.org</Address>
		</Proxy>
		<Proxy id="101" type="HTTPS">
			<Options>48</Options>
			<Port>3128</Port>
			<Address>192.0.2.7</Address>
		</Proxy>
		<Proxy id="102" type="SOCKS4">
			<Options>48</Options>
			<Port>1080</Port>
			<Address>2001:db8::4</Address>
		</Proxy>
	</ProxyList>
	<ChainList>
		<Chain id="103" type="redundancy">
			<Name>Either</Name>
			<Proxy enabled="true">100</Proxy>
			<Proxy enabled="true">101</Proxy>
			<RedundancyTimeout>30</RedundancyTimeout>
			<RedundancyTryDirect>true</RedundancyTryDirect>
		</Chain>
		<Chain id="104" type="load_balancing">
			<Name>Spread</Name>
			<Proxy enabled="false">100</Proxy>
			<Proxy enabled="true">101</Proxy>
		</Chain>
	</ChainList>
	<RuleList>
		<Rule enabled="true">
			<Action type="Direct" />
			<Targets>localhost; 127.0.0.1; %ComputerName%; ::1</Targets>
			<Name>Localhost</Name>
		</Rule>
		<Rule enabled="true">
			<Action type="Chain">103</Action>
			<Applications>firefox.exe; "some app.exe"; fire*.exe</Applications>
			<Ports>80;443;8000-9000</Ports>
			<Name>Browsers</Name>
		</Rule>
		<Rule enabled="true">
			<Action type="Proxy">101</Action>
			<Targets>*.example.org; 10.0.0.0-10.255.255.255; 192.168.1.*
172.16.0.0/12; ads.*.com</Targets>
			<Name>Work &amp; more</Name>
		</Rule>
		<Rule enabled="false">
			<Action type="Block" />
			<Ports>25</Ports>
			<Name>Mail</Name>
		</Rule>
		<Rule enabled="true">
			<Action type="Proxy">100</Action>
			<Name>Default</Name>
		</Rule>
	</RuleList>
</ProxifierProfile>
)";

/// A profile as Proxifier 2 for macOS writes it.
inline const QByteArray kPpxSample101 = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<ProxifierProfile version="101" platform="MacOSX" product_id="2" product_minver="200">
    <Options>
        <Resolve>
            <AutoModeDetection enabled="true"/>
            <ViaProxy enabled="false">
                <TryLocalDnsFirst enabled="false"/>
            </ViaProxy>
        </Resolve>
        <Encryption mode="basic"/>
    </Options>
    <ProxyList>
        <Proxy id="100" type="SOCKS5">
            <Address>127.0.0.1</Address>
            <Port>4999</Port>
            <Options>0</Options>
        </Proxy>
    </ProxyList>
    <ChainList/>
    <RuleList>
        <Rule enabled="true">
            <Name>Tools</Name>
            <Applications>"Burp Suite"; com.example.agent</Applications>
            <Action type="Proxy">100</Action>
        </Rule>
        <Rule enabled="true">
            <Name>Ads</Name>
            <Targets>ads.example.org;%SimpleHostnames%;*.ads.example.net;</Targets>
            <Action type="Block"/>
        </Rule>
        <Rule enabled="true">
            <Name>Default</Name>
            <Action type="Direct"/>
        </Rule>
    </RuleList>
</ProxifierProfile>)";
