; SPDX-License-Identifier: MIT
;
; The installer. `installer/windows/build` passes VERSION, STAGE (what is installed), SIZE_KIB, OUTPUT, SOURCE (the
; repository) and FILES (the lists of STAGE's files, as sections need them).
;
; hosier-setup.exe [/S] [/ALLUSERS] [/D=directory]
;   per user in %LOCALAPPDATA%\Programs\Hosier without administrator rights; with /ALLUSERS, elevated, for everybody
;   in %ProgramFiles%\Hosier. Exit codes: 0 installed, 1 cancelled, 2 failed: the program would not quit, no rights.
; uninstall.exe [/S]
;   keeps the profile when silent and asks otherwise.

Unicode true
; Also on a Windows, or Wine, without 32-bit support.
Target amd64-unicode
SetCompressor /SOLID lzma
ManifestDPIAware true
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include Sections.nsh
!include "${FILES}"

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Hosier"
!define ALL_USERS "all-users.txt"
!define PUBLISHER "The Hosier developers"
; The running program takes up to its drain time to quit.
!define QUIT_HALF_SECONDS 30

Name "Hosier"
OutFile "${OUTPUT}"
BrandingText "Hosier ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "Hosier"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Hosier installer"
VIAddVersionKey CompanyName "${PUBLISHER}"
VIAddVersionKey LegalCopyright "Copyright (c) 2026 ${PUBLISHER}. MIT licence."

Var Parameters
Var IsForAll

!define MUI_ICON "${SOURCE}/resources/icons/hosier.ico"
!define MUI_UNICON "${SOURCE}/resources/icons/hosier.ico"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\hosier.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; Everybody's installation takes an administrator: start `program` again as one, or give up when nobody can be asked.
!macro RequireAdministrator program
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 != "Admin"
        ${IfNot} ${Silent}
            ExecShell "runas" "${program}" "$Parameters"
        ${EndIf}
        SetErrorLevel 2
        Quit
    ${EndIf}
!macroend

; Asks the program to quit and waits until its file can be written. A second program with another profile, or one of
; another user, is not asked; it is waited for like the first.
!macro StopProgram un
Function ${un}StopProgram
    ${IfNot} ${FileExists} "$INSTDIR\hosier.exe"
        Return
    ${EndIf}
    retry:
    nsExec::Exec /TIMEOUT=10000 '"$INSTDIR\hosier.exe" --quit'
    Pop $0
    StrCpy $1 0
    ${Do}
        ClearErrors
        FileOpen $0 "$INSTDIR\hosier.exe" a
        ${IfNot} ${Errors}
            FileClose $0
            Return
        ${EndIf}
        Sleep 500
        IntOp $1 $1 + 1
    ${LoopUntil} $1 >= ${QUIT_HALF_SECONDS}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "Hosier is still running. Quit it and try again." \
        /SD IDCANCEL IDRETRY retry
    SetErrorLevel 2
    Quit
FunctionEnd
!macroend
!insertmacro StopProgram ""
!insertmacro StopProgram "un."

Section "Hosier" SectionProgram
    SectionIn RO
    Call StopProgram
    ; What an older or newer version brought and this one does not must not stay.
    ${If} ${FileExists} "$INSTDIR\uninstall.exe"
        ExecWait '"$INSTDIR\uninstall.exe" /S /UPGRADE _?=$INSTDIR'
    ${EndIf}
    ClearErrors
    !insertmacro InstallFiles
    SetOutPath "$INSTDIR"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    ${If} ${Errors}
        MessageBox MB_OK|MB_ICONSTOP "Hosier could not be written to $INSTDIR." /SD IDOK
        SetErrorLevel 2
        Quit
    ${EndIf}
    ${If} $IsForAll == 1
        FileOpen $0 "$INSTDIR\${ALL_USERS}" w
        FileWrite $0 "Hosier is installed here for all users.$\r$\n"
        FileClose $0
    ${EndIf}
    CreateShortcut "$SMPROGRAMS\Hosier.lnk" "$INSTDIR\hosier.exe"
    WriteRegStr SHCTX "${KEY}" "DisplayName" "Hosier"
    WriteRegStr SHCTX "${KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr SHCTX "${KEY}" "DisplayIcon" "$INSTDIR\hosier.exe"
    WriteRegStr SHCTX "${KEY}" "Publisher" "${PUBLISHER}"
    WriteRegStr SHCTX "${KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr SHCTX "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr SHCTX "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD SHCTX "${KEY}" "EstimatedSize" ${SIZE_KIB}
    WriteRegDWORD SHCTX "${KEY}" "NoModify" 1
    WriteRegDWORD SHCTX "${KEY}" "NoRepair" 1
SectionEnd

Section /o "Desktop icon" SectionDesktop
    CreateShortcut "$DESKTOP\Hosier.lnk" "$INSTDIR\hosier.exe"
SectionEnd

Function .onInit
    SetRegView 64
    ${GetParameters} $Parameters
    ClearErrors
    ${GetOptions} $Parameters "/ALLUSERS" $0
    ${If} ${Errors}
        SetShellVarContext current
        StrCpy $1 "$LOCALAPPDATA\Programs\Hosier"
    ${Else}
        !insertmacro RequireAdministrator "$EXEPATH"
        SetShellVarContext all
        StrCpy $IsForAll 1
        StrCpy $1 "$PROGRAMFILES64\Hosier"
    ${EndIf}
    ; Set already by /D=. Otherwise where it is installed, otherwise the usual place.
    ${If} $INSTDIR == ""
        ReadRegStr $INSTDIR SHCTX "${KEY}" "InstallLocation"
    ${EndIf}
    ${If} $INSTDIR == ""
        StrCpy $INSTDIR $1
    ${EndIf}
    ; An upgrade keeps the icon that was chosen once.
    ${If} ${FileExists} "$DESKTOP\Hosier.lnk"
        !insertmacro SelectSection ${SectionDesktop}
    ${EndIf}
FunctionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
    !insertmacro MUI_DESCRIPTION_TEXT ${SectionProgram} "The program and its entry in the Start menu."
    !insertmacro MUI_DESCRIPTION_TEXT ${SectionDesktop} "An icon on the desktop."
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function un.onInit
    SetRegView 64
    ${GetParameters} $Parameters
    SetShellVarContext current
    ; Whose installation this is stands beside it: its directory may go by several names.
    ${If} ${FileExists} "$INSTDIR\${ALL_USERS}"
        !insertmacro RequireAdministrator "$INSTDIR\uninstall.exe"
        SetShellVarContext all
    ${EndIf}
FunctionEnd

Section "un.Hosier"
    Call un.StopProgram
    ; A program that was killed may have left the system pointing at it.
    nsExec::Exec /TIMEOUT=20000 '"$INSTDIR\hosier.exe" --restore-system-proxy'
    Pop $0
    !insertmacro RemoveFiles
    ClearErrors
    ${GetOptions} $Parameters "/UPGRADE" $0
    ${IfNot} ${Errors}
        Return
    ${EndIf}
    Delete "$INSTDIR\${ALL_USERS}"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    RMDir "$LOCALAPPDATA\Programs" ; when nobody else's program is there
    Delete "$SMPROGRAMS\Hosier.lnk"
    Delete "$DESKTOP\Hosier.lnk"
    DeleteRegKey SHCTX "${KEY}"
    ; Start at login, which the program itself switches on.
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "Hosier"
    ; What the program itself wrote is the user's own, whoever installed it.
    SetShellVarContext current
    Delete "$TEMP\hosier-*.lock"
    Delete "$LOCALAPPDATA\hosier\hosier.ini"
    Delete "$LOCALAPPDATA\hosier\system-proxy.lock"
    ${If} ${FileExists} "$LOCALAPPDATA\hosier\profile.json"
        MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 \
            "Remove your profile as well? It holds your listeners, servers and rules." /SD IDNO IDNO kept
        Delete "$LOCALAPPDATA\hosier\profile.json"
        Delete "$LOCALAPPDATA\hosier\profile.json.bak"
        kept:
    ${EndIf}
    RMDir "$LOCALAPPDATA\hosier"
SectionEnd
